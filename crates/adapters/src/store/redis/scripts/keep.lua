-- Keeps what a node has to add to the account of a session. Steps that are there already are passed over, and those that
-- there is no room for.
-- KEYS: 1 the chapters of the session, by node, 2 the steps of the node, 3 the session
-- ARGV: 1 the node, 2 its chapter without steps, 3 its peak and joins, 4 how long all that is kept after the session (ms),
--       5 how many steps there is room for, 6 the number of the first step here, 7 and on: the steps
-- Result: the number of the step to come next
local first = tonumber(ARGV[6])
local has = redis.call('LLEN', KEYS[2])
local base = tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':first') or first)
-- What is missing in between was lost with the engine: those that are there move up.
if base + has < first then
  base = first - has
end
local room = tonumber(ARGV[5])
for at = 7 + base + has - first, #ARGV do
  if has >= room then
    break
  end
  has = redis.call('RPUSH', KEYS[2], ARGV[at])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[1] .. ':sum', ARGV[3], ARGV[1] .. ':first', string.format('%.0f', base))
local left = redis.call('PTTL', KEYS[3])
local kept = string.format('%.0f', tonumber(ARGV[4]) + math.max(left, 0))
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('PEXPIRE', KEYS[2], kept)
return base + has
