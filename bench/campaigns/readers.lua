-- What a crowd asks of a campaign: its page now and then, how it stands again and again.
-- Arguments: the path of the page, the path of how it stands, one page among so many requests, milliseconds between two requests of a reader.
local page, bar, among
local count = 0

function init(args)
  page, bar, among = wrk.format("GET", args[1]), wrk.format("GET", args[2]), tonumber(args[3])
  local pause = tonumber(args[4])
  if pause > 0 then
    -- Each reader has opened the page at another moment.
    delay = function() return math.random(0, 2 * pause) end
  end
end

function request()
  count = count + 1
  if among > 0 and count % among == 0 then return page end
  return bar
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format('{"seconds": %.3f, "requests": %d, "p50": %.3f, "p99": %.3f, "refused": %d, "broken": %d, "late": %d}\n',
    summary.duration / 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed.status, failed.connect + failed.read + failed.write, failed.timeout))
end
