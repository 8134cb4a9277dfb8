-- A node says that it is alive. Who has not said so within their lease is forgotten.
-- KEYS: 1 the nodes, by the end of their leases, 2 the epoch
-- ARGV: 1 the node, 2 its lease (ms), 3 the name of the epoch, if there is none yet, 4 how long that is kept (ms),
--       5 the channel of beats
-- Result: the name of the epoch, then every node that has a lease
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'NX')
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', ARGV[5], 'A' .. ARGV[1])
local found = redis.call('ZRANGE', KEYS[1], 0, -1)
table.insert(found, 1, redis.call('GET', KEYS[2]))
return found
