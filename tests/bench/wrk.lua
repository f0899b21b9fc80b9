-- wrk.lua MODE FILE TOKEN SALT
-- MODE get, put, or mix: one PUT in 16. FILE: a line "id body" for each row, where @@@@@@ in
-- the body is the score. SALT moves where a run begins, so that no two write the same.
local root = "/ims/oneroster/v1p1/results/"
local gets, before, after, first = {}, {}, {}, {}
local mode, at, count = "get", 0, 0

local function put(i)
	return before[i] .. string.format("%.3f", 10 + count % 90000 / 1000) .. after[i]
end

function init(args)
	mode = args[1]
	local headers = { ["Authorization"] = "Bearer " .. args[3] }
	local putting = { ["Authorization"] = headers["Authorization"], ["Content-Type"] = "application/json" }
	for line in io.lines(args[2]) do
		local id, body = line:match("^(%S+) (.*)$")
		if mode ~= "put" then
			gets[#gets + 1] = wrk.format("GET", root .. id, headers)
		end
		if mode ~= "get" then
			local text = wrk.format("PUT", root .. id, putting, body)
			local from, to = text:find("@@@@@@", 1, true)
			before[#before + 1] = text:sub(1, from - 1)
			after[#after + 1] = text:sub(to + 1)
		end
	end
	count = tonumber(args[4]) * 104729
	at = tonumber(args[4]) * 7919 % math.max(#gets, #before)
	if mode == "put" then -- written before the clock starts; a second time around, on the way
		for i = 1, #before do
			count = count + 1
			first[i] = put(i)
		end
	end
end

function request()
	count = count + 1
	if mode == "get" then
		at = at % #gets + 1
		return gets[at]
	end
	at = at % #before + 1
	if first[at] then
		local text = first[at]
		first[at] = nil
		return text
	end
	if mode == "put" or count % 16 == 0 then
		return put(at)
	end
	return gets[at]
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
		e.connect + e.read + e.write + e.timeout + e.status, latency:percentile(50), latency:percentile(99)))
end
