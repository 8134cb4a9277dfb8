-- All there is of a live session, at one moment.
-- KEYS: 1 the session, 2 its shares
-- Result: nothing, where there is no such session; else the session, the ledger, and each share, with its sequence and
--         a blank before it
local found = redis.call('HMGET', KEYS[1], 'session', 'ledger')
if not found[1] or not found[2] then
  return {}
end
for _, share in ipairs(redis.call('HVALS', KEYS[2])) do
  found[#found + 1] = share
end
return found
