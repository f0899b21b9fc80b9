-- peers.lua METHOD TARGET BODY: one request over and over; in a PUT another score each time.
local method, target, before, after, text
local count = os.time() % 90000
local headers = { ["Content-Type"] = "application/json" }

function init(args)
	method, target = args[1], args[2]
	before, after = args[3]:match('^(.*"score":)91%.5(.*)$')
	text = wrk.format("GET", target)
end

function request()
	if method == "GET" then
		return text
	end
	count = count + 1
	return wrk.format("PUT", target, headers, before .. string.format("%.3f", 10 + count % 90000 / 1000) .. after)
end

function done(summary)
	local e = summary.errors
	local bad = e.connect + e.read + e.write + e.timeout + e.status
	if bad > summary.requests / 1000 then
		io.write(string.format("RATE %d errors\n", bad))
	else
		io.write(string.format("RATE %.0f\n", summary.requests * 1e6 / summary.duration))
	end
end
