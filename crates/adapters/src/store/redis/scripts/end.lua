-- Ends a session: only its account stays, and what the nodes have kept for it.
-- KEYS: 1 the session, 2 its shares, 3 the account of the last session of that name
-- ARGV: 1 when it was created (ms), 2 the account, 3 how long that is kept (ms), 4 the channel of the session,
--       5 the reason
-- Result: 1 ended, 0 where somebody else has ended it, or it was never there
if redis.call('HGET', KEYS[1], 'born') ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
redis.call('PUBLISH', ARGV[4], 'E' .. ARGV[5])
return 1
