import RenderPipeline
import Testing

@Suite("Picture sizes of a render")
struct SizeScheduleTests {
    @Test("sizes of every mode are exact", arguments: SizeFixtures.all.schedules)
    func recorded(_ fixture: SizeFixtures.Schedule) throws {
        let schedule = try SizeSchedule(
            target: Extent(height: fixture.H, width: fixture.W), substages: fixture.n, nativeEdge: fixture.native,
            mode: fixture.mode, vaeFactor: 8)
        #expect([schedule.conditioning.height, schedule.conditioning.width] == fixture.time_ids)
        #expect([schedule.latents.height, schedule.latents.width] == fixture.latent0)
        #expect(schedule.substages.map { [$0.height, $0.width] } == fixture.sizes)
        #expect(schedule.substageAreas.count == fixture.areas.count)
        for (area, expected) in zip(schedule.substageAreas, fixture.areas) {
            #expect(abs(area - expected) <= 1e-6 * expected)
        }
    }

    @Test("all modes are recorded", arguments: SizeSchedule.Mode.allCases)
    func coverage(mode: SizeSchedule.Mode) {
        #expect(SizeFixtures.all.schedules.contains { $0.mode == mode && $0.n > 1 })
    }

    @Test("the official rule misses some requests, the others never do")
    func lastStage() throws {
        let target = Extent(height: 512, width: 1784)
        func last(_ mode: SizeSchedule.Mode) throws -> Extent? {
            try SizeSchedule(target: target, substages: 1, nativeEdge: 1024, mode: mode, vaeFactor: 8).substages.last
        }
        #expect(try last(.official) == Extent(height: 512, width: 1776))
        #expect(try last(.fixed) == target)
        #expect(try last(.paper) == target)
    }

    @Test(
        "sub-stages are skipped when stage one is the request",
        arguments: [(1024, 1024, true, true), (2048, 2048, false, false), (720, 1448, false, true)])
    func skipping(height: Int, width: Int, official: Bool, fixed: Bool) throws {
        func skips(_ mode: SizeSchedule.Mode) throws -> Bool {
            try SizeSchedule(
                target: Extent(height: height, width: width), substages: 1, nativeEdge: 1024, mode: mode, vaeFactor: 8
            ).skipsSubstages
        }
        #expect(try skips(.official) == official)
        #expect(try skips(.fixed) == fixed)
    }

    @Test(
        "a root that is a whole number but for its last bits is rounded to that number",
        arguments: [(72, 3632, SizeSchedule.Mode.fixed), (272, 976, .paper)])
    func wholeRoots(height: Int, width: Int, mode: SizeSchedule.Mode) throws {
        let target = Extent(height: height, width: width)
        let schedule = try SizeSchedule(target: target, substages: 2, nativeEdge: 512, mode: mode, vaeFactor: 8)
        #expect(schedule.substages == [target, target])
    }

    @Test("the VAE's factor decides what a multiple is")
    func vaeFactor() throws {
        let schedule = try SizeSchedule(
            target: Extent(height: 2064, width: 1040), substages: 2, nativeEdge: 512, mode: .fixed, vaeFactor: 16)
        #expect(schedule.conditioning.height % 16 == 0 && schedule.conditioning.width % 16 == 0)
        #expect(schedule.latents.height * 16 == schedule.conditioning.height)
        #expect(schedule.substages.allSatisfy { $0.height % 16 == 0 && $0.width % 16 == 0 })
    }

    @Test(
        "requests that cannot be rendered are refused",
        arguments: [
            (1020, 1024, 1, 1024, "--width, --height"),
            (0, 1024, 1, 1024, "--width, --height"),
            (-8, 1024, 1, 1024, "--width, --height"),
            (1024, 1 << 40, 1, 1024, "--width, --height"),
            (8, 65_536, 1, 64, "--width, --height"),
            (1024, 1024, -1, 1024, "--eta2"),
            (1024, 1024, 65, 1024, "--eta2"),
            (1024, 1024, 1, 0, "--native-size"),
            (1024, 1024, 1, .max, "--native-size"),
        ])
    func refused(height: Int, width: Int, count: Int, native: Int, option: String) {
        let error = #expect(throws: RequestError.self) {
            try SizeSchedule(
                target: Extent(height: height, width: width), substages: count, nativeEdge: native, mode: .official,
                vaeFactor: 8)
        }
        #expect(error?.option == option)
    }
}
