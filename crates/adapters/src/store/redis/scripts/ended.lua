-- Numbers a session that has ended and puts it into the list of those. Lines that are older than they are kept, or more
-- than there is room for, go: some with each that comes.
-- KEYS: 1 the number of the last one, 2 the list, by number
-- ARGV: 1 the line, 2 how long it is kept (ms), 3 how many there is room for
-- Result: its number
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local number = redis.call('INCR', KEYS[1])
redis.call('ZADD', KEYS[2], number, string.format('%.0f %s', now, ARGV[1]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
local room = tonumber(ARGV[3])
for _, line in ipairs(redis.call('ZRANGE', KEYS[2], 0, 9)) do
  local since = tonumber(string.match(line, '^%d+'))
  if since + tonumber(ARGV[2]) > now and redis.call('ZCARD', KEYS[2]) <= room then
    break
  end
  redis.call('ZREM', KEYS[2], line)
end
return number
