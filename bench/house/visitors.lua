-- Each request comes from another visitor, as a proxy tells it: one visitor may only search so often.
local count = os.time() * 4096

function request()
  count = count + 1
  local address = string.format("10.%d.%d.%d", count / 65536 % 256, count / 256 % 256, count % 256)
  return wrk.format("GET", nil, { ["X-Forwarded-For"] = address })
end
