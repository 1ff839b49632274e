import FoundationEssentials
import RenderPipeline
import TestSupport
import Testing

@Suite("Settings of samplers")
struct SamplerConfigurationTests {
    private func read(_ json: String) throws -> SamplerConfiguration { try SamplerConfiguration(json: Data(json.utf8)) }

    @Test("published files are read", arguments: ["sdxl-a", "sd15-a", "sd21-a"])
    func published(model: String) throws {
        let file = GoldenFile.folder.appending(path: "models/\(model)/scheduler/scheduler_config.json")
        let configuration = try SamplerConfiguration(json: Data(contentsOf: file))
        #expect(configuration.trainingTimesteps == 1000)
        #expect(configuration.betaStart == 0.00085)
        #expect(configuration.betaEnd == 0.012)
        #expect(configuration.betaSchedule == .scaledLinear)
        #expect(configuration.stepsOffset == 1)
        #expect(configuration.setsFinalAlphaToOne == false)
        #expect(configuration.trainedBetas == nil)
        #expect(configuration.predictionType ?? .epsilon == (model == "sd21-a" ? .velocity : .epsilon))
        for kind in SamplerKind.allCases {
            let sampler = try kind.sampler(configuration: configuration, steps: 10)
            #expect(sampler.timesteps.first == 901)
        }
    }

    @Test("-Infinity, as diffusers writes it, is read")
    func infinity() throws {
        let configuration = try read(#"{"lambda_min_clipped": -Infinity, "solver_order": 2, "unknown": [{}]}"#)
        _ = try SamplerKind.dpmpp2M.sampler(configuration: configuration, steps: 10)
    }

    @Test("settings survive being written and read")
    func roundTrip() throws {
        let configuration = try read(
            """
            {"beta_schedule": "squaredcos_cap_v2", "prediction_type": "v_prediction", "trained_betas": [0.1, 0.2],
             "final_sigmas_type": "sigma_min", "sigma_min": 0.1, "thresholding": true, "solver_order": 3,
             "timestep_type": "continuous", "num_train_timesteps": 2, "lambda_min_clipped": -5.1}
            """)
        let copy = try SamplerConfiguration(json: JSONEncoder().encode(configuration))
        #expect(copy == configuration)
    }

    @Test("what a request gives wins")
    func overrides() throws {
        let folder = try read(#"{"steps_offset": 1, "timestep_spacing": "trailing", "beta_start": 0.001}"#)
        let merged = folder.overridden(by: try read(#"{"timestep_spacing": "linspace", "use_karras_sigmas": true}"#))
        #expect(
            merged
                == (try read(
                    #"""
                    {"steps_offset": 1, "timestep_spacing": "linspace", "beta_start": 0.001, "use_karras_sigmas": true}
                    """#)))
    }

    @Test(
        "values that are not known are refused by key",
        arguments: [
            (#"{"beta_schedule": "sigmoid"}"#, "beta_schedule"), (#"{"prediction_type": "flow"}"#, "prediction_type"),
            (#"{"timestep_spacing": "even"}"#, "timestep_spacing"),
            (#"{"final_sigmas_type": "one"}"#, "final_sigmas_type"),
            (#"{"beta_start": "small"}"#, "scheduler_config.json"), ("[1", "scheduler_config.json"),
        ])
    func unknownValues(json: String, option: String) {
        let error = #expect(throws: RequestError.self) { try read(json) }
        #expect(error?.option == option)
    }

    @Test(
        "settings that a sampler would heed and we do not are refused",
        arguments: [
            (.euler, "interpolation_type", #""log_linear""#), (.euler, "use_exponential_sigmas", "true"),
            (.euler, "use_beta_sigmas", "true"), (.ddim, "thresholding", "true"), (.dpmpp2M, "thresholding", "true"),
            (.dpmpp2M, "algorithm_type", #""sde-dpmsolver++""#), (.dpmpp2M, "solver_order", "3"),
            (.dpmpp2M, "solver_type", #""heun""#), (.dpmpp2M, "lower_order_final", "false"),
            (.dpmpp2M, "euler_at_final", "true"), (.dpmpp2M, "use_lu_lambdas", "true"),
            (.dpmpp2M, "use_flow_sigmas", "true"), (.dpmpp2M, "lambda_min_clipped", "-5.1"),
            (.dpmpp2M, "variance_type", #""learned""#), (.eulerAncestral, "prediction_type", #""sample""#),
        ] as [(SamplerKind, String, String)])
    func unsupported(kind: SamplerKind, key: String, value: String) throws {
        let configuration = try read("{\"\(key)\": \(value)}")
        let error = #expect(throws: RequestError.self) { try kind.sampler(configuration: configuration, steps: 10) }
        #expect(error?.option == key)
        let harmless: SamplerKind = kind == .euler ? .ddim : .euler
        #expect(throws: Never.self) { try harmless.sampler(configuration: configuration, steps: 10) }
    }

    @Test("continuous timesteps are refused where they have an effect")
    func continuous() throws {
        let epsilon = try read(#"{"timestep_type": "continuous"}"#)
        let velocity = epsilon.overridden(by: try read(#"{"prediction_type": "v_prediction"}"#))
        #expect(throws: Never.self) { try SamplerKind.euler.sampler(configuration: epsilon, steps: 10) }
        #expect(throws: RequestError.self) { try SamplerKind.euler.sampler(configuration: velocity, steps: 10) }
    }

    @Test("Karras' noise levels cannot be asked of samplers without them", arguments: SamplerKind.allCases)
    func karras(kind: SamplerKind) throws {
        let karras = try read(#"{"use_karras_sigmas": true}"#)
        let hasThem = kind == .euler || kind == .dpmpp2M
        #expect(throws: Never.self) { try kind.sampler(configuration: karras, steps: 10) }
        if hasThem {
            let sampler = try kind.sampler(configuration: .init(), overrides: karras, steps: 10)
            let plain = try kind.sampler(configuration: .init(), steps: 10)
            #expect(sampler.sigmas != plain.sigmas)
        } else {
            let error = #expect(throws: RequestError.self) {
                try kind.sampler(configuration: .init(), overrides: karras, steps: 10)
            }
            #expect(error?.option == "use_karras_sigmas")
        }
    }

    @Test(
        "numbers out of range are refused by key",
        arguments: [
            (#"{"num_train_timesteps": 0}"#, "num_train_timesteps"),
            (#"{"num_train_timesteps": 4000000000}"#, "num_train_timesteps"),
            (#"{"beta_start": -1}"#, "beta_start, beta_end"), (#"{"beta_end": 2}"#, "beta_start, beta_end"),
            (#"{"beta_start": 0}"#, "beta_start, beta_end"), (#"{"trained_betas": [0.1]}"#, "trained_betas"),
            (#"{"beta_start": -1, "beta_schedule": "scaled_linear"}"#, "beta_start, beta_end"),
            (
                #"{"num_train_timesteps": 20, "trained_betas": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#,
                "trained_betas"
            ),
            (#"{"steps_offset": -1}"#, "steps_offset"), (#"{"steps_offset": 1000}"#, "steps_offset"),
            (#"{"use_karras_sigmas": true, "sigma_min": -1}"#, "sigma_min, sigma_max"),
            (#"{"use_karras_sigmas": true, "sigma_min": 1, "sigma_max": 0.5}"#, "sigma_min, sigma_max"),
        ])
    func outOfRange(json: String, option: String) throws {
        let configuration = try read(json)
        let error = #expect(throws: RequestError.self) {
            try SamplerKind.euler.sampler(configuration: configuration, steps: 10)
        }
        #expect(error?.option == option)
    }

    @Test("numbers of steps out of range are refused", arguments: SamplerKind.allCases, [-1, 0, 1001, .max])
    func steps(kind: SamplerKind, steps: Int) {
        let error = #expect(throws: RequestError.self) { try kind.sampler(configuration: .init(), steps: steps) }
        #expect(error?.option == "--num-inference-steps")
    }

    @Test("DPM-Solver needs every noise level to differ")
    func crowdedSteps() throws {
        #expect(throws: RequestError.self) { try SamplerKind.dpmpp2M.sampler(configuration: .init(), steps: 1000) }
        #expect(throws: Never.self) { try SamplerKind.dpmpp2M.sampler(configuration: .init(), steps: 999) }
    }

    @Test("DDIM refuses timesteps beyond the training")
    func offsetBeyondTraining() throws {
        let configuration = try read(#"{"steps_offset": 1}"#)
        let error = #expect(throws: RequestError.self) {
            try SamplerKind.ddim.sampler(configuration: configuration, steps: 1000)
        }
        #expect(error?.option == "steps_offset")
    }

    @Test(
        "samplers are found by name",
        arguments: [
            ("euler", .euler), ("euler-a", .eulerAncestral), ("Euler_A", .eulerAncestral), ("ddim", .ddim),
            ("dpmpp-2m", .dpmpp2M), ("dpmpp_2m", .dpmpp2M),
        ] as [(String, SamplerKind)])
    func names(name: String, kind: SamplerKind) throws {
        #expect(try SamplerKind(option: name) == kind)
        #expect(throws: RequestError.self) { try SamplerKind(option: name + "x") }
    }
}
