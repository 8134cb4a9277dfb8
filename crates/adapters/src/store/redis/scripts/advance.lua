-- Puts a ledger in place of the one of one revision less.
-- KEYS: 1 the session
-- ARGV: 1 the ledger, 2 its revision, 3 the channel of the session
-- Result: 1 won, 0 lost, or there is no such session
local revision = redis.call('HGET', KEYS[1], 'revision')
if not revision or tonumber(revision) ~= tonumber(ARGV[2]) - 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'ledger', ARGV[1], 'revision', ARGV[2])
redis.call('PUBLISH', ARGV[3], 'L' .. ARGV[1])
return 1
