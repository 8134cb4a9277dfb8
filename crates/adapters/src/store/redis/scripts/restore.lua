-- Writes back what the engine has lost or has an older version of. Whatever is newer there stays.
-- KEYS: 1 the session, 2 its shares
-- ARGV: 1 the session, 2 its version, 3 the ledger, 4 its revision, 5 when it was created (ms), 6 how long both are
--       kept (ms), 7 the channel of the session
-- Result: 1 where anything was written, else 0
local found = redis.call('HMGET', KEYS[1], 'born', 'version', 'revision')
local born, version, revision = tonumber(found[1]), tonumber(found[2]), tonumber(found[3])
local ours = tonumber(ARGV[5])
if born and born > ours then
  return 0
end
if born and born < ours then
  redis.call('DEL', KEYS[1], KEYS[2])
end
if born ~= ours then
  version, revision = -1, -1
  redis.call('HSET', KEYS[1], 'born', ARGV[5])
end
local written = 0
if version < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'session', ARGV[1], 'version', ARGV[2])
  redis.call('PUBLISH', ARGV[7], 'V' .. ARGV[1])
  written = 1
end
if revision < tonumber(ARGV[4]) then
  redis.call('HSET', KEYS[1], 'ledger', ARGV[3], 'revision', ARGV[4])
  redis.call('PUBLISH', ARGV[7], 'L' .. ARGV[3])
  written = 1
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return written
