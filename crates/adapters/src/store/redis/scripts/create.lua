-- Creates a session and its ledger, unless a live session has that name.
-- KEYS: 1 the session, 2 its shares
-- ARGV: 1 the session, 2 its version, 3 the ledger, 4 its revision, 5 when it was created (ms), 6 how long both are
--       kept (ms), 7 the channel of the session
-- Result: 1 created, 0 taken
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'session', ARGV[1], 'version', ARGV[2], 'ledger', ARGV[3], 'revision', ARGV[4], 'born', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[7], 'V' .. ARGV[1])
return 1
