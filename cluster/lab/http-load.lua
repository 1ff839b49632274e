-- What wrk asks of a coordinator: wrk … -s http-load.lua URL -- KIND REQUESTS SECONDS JOBS FILE
--
-- KIND is submit, list or look. REQUESTS are spread evenly over SECONDS, an equal share for every connection, each of
-- which has a thread of its own; then the threads end, with nothing under way. JOBS is how many are submitted in that
-- time, so that looks go to jobs that are there. FILE gets a line for every answer that is not as expected and, for
-- submissions, the number of every job that was accepted.
local ffi = require("ffi")
ffi.cdef("struct timespec { long sec; long nsec; }; int clock_gettime(int clock, struct timespec *time);")

local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

local clock = ffi.new("struct timespec")

local function now()
    ffi.C.clock_gettime(1, clock)
    return tonumber(clock.sec) + 1e-9 * tonumber(clock.nsec)
end

local kind, share, interval, seconds, jobs, file, start
local asked, answered = 0, 0

function init(arguments)
    local requests, connections
    kind, requests, seconds, jobs = arguments[1], tonumber(arguments[2]), tonumber(arguments[3]), tonumber(arguments[4])
    connections = tonumber(arguments[6])
    share = math.floor(requests / connections) + (number <= requests % connections and 1 or 0)
    interval = seconds * connections / requests
    file = io.open(arguments[5] .. "." .. number, "w")
    math.randomseed(number)
    start = now() + interval * number / connections
    wrk.headers["Content-Type"] = "application/json"
end

-- Milliseconds until the next request is due: late ones are made up for.
function delay()
    return math.max(0, 1000 * (start + asked * interval - now()))
end

function request()
    asked = asked + 1
    if kind == "submit" then
        local seed = number * 1000000 + asked
        local body = '{"prompt": "green hills and a lake at noon", "width": 256, "height": 256, "steps": 10, ' ..
            '"owner": "client-' .. number .. '", "seed": ' .. seed .. '}'
        return wrk.format("POST", "/v1/jobs", nil, body)
    elseif kind == "list" then
        return wrk.format("GET", "/v1/jobs?limit=50")
    end
    local likely = math.floor(0.9 * jobs * math.max(0, now() - start - 2) / seconds)
    return wrk.format("GET", "/v1/jobs/" .. math.random(1, math.max(1, likely)))
end

function response(status, headers, body)
    answered = answered + 1
    if kind == "submit" and status == 201 then
        file:write((headers["Location"] or headers["location"]):match("%d+$"), "\n")
    elseif kind == "submit" or status ~= 200 then
        file:write("! ", status, " ", body:sub(1, 200):gsub("%s+", " "), "\n")
    end
    if answered >= share then
        file:close()
        wrk.thread:stop()
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format(
        'FIGURES {"requests": %d, "p50": %.3f, "p99": %.3f, "most": %.3f, "failures": %d}', summary.requests,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
        errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
