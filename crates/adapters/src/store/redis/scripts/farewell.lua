-- A node goes for good.
-- KEYS: 1 the nodes, by the end of their leases
-- ARGV: 1 the node, 2 the channel of beats
-- Result: nothing of interest
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('PUBLISH', ARGV[2], 'G' .. ARGV[1])
