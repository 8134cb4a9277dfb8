-- A value that whoever comes first sets for all: the signing key, and the epoch of a part of the engine.
-- KEYS: 1 the value
-- ARGV: 1 the candidate, 2 how long it is kept from now on (ms)
-- Result: the value that is there, which is the candidate if there was none
redis.call('SET', KEYS[1], ARGV[1], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('GET', KEYS[1])
