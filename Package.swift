// swift-tools-version:6.2
import PackageDescription

let swift: [SwiftSetting] = [.treatAllWarnings(as: .error)]
// A test is compiled more often than it runs long.
let testing = swift + [.unsafeFlags(["-Onone"])]
// Kernels and pixel conversion are of no use unoptimised, also in a debug build.
let optimised: [CSetting] = [.unsafeFlags(["-O2"]), .treatAllWarnings(as: .error)]
let optimisedCXX: [CXXSetting] = [.unsafeFlags(["-O2"]), .treatAllWarnings(as: .error)]

// `make static` links what is built anyway once more, with the Swift runtime in the executable; SwiftPM's own
// --static-swift-stdlib would compile everything a second time. Named is what Foundation's archives ask for.
let executableLinking: [LinkerSetting] =
    Context.environment["GANTRY_STATIC"] == nil
    ? []
    : [
        .unsafeFlags([
            "-static-stdlib", "-lCoreFoundation", "-lswiftSynchronization", "-l_FoundationCollections",
            "-l_FoundationCShims", "-l_FoundationICU",
        ])
    ]

// Where Debian keeps the headers of pango and of what they include. The libraries are loaded at first use.
let pangoHeaders: [CSetting] = [
    .unsafeFlags(
        [
            "/usr/include/cairo", "/usr/include/glib-2.0", "/usr/include/harfbuzz", "/usr/include/pango-1.0",
            "/usr/lib/aarch64-linux-gnu/glib-2.0/include", "/usr/lib/x86_64-linux-gnu/glib-2.0/include",
        ].flatMap { ["-isystem", $0] })
]

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "gantry",
    products: [
        .executable(name: "gantry", targets: ["gantry"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Values, pure mathematics, ports.
        .target(name: "GantryCore", swiftSettings: swift),

        // Threads that are joined, durable files, digests.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "GantryGround", dependencies: ["CLinux", "COpenSSL"], swiftSettings: swift),

        // One study's analysis, the runner, the pipeline file.
        .target(
            name: "GantryPipeline",
            dependencies: ["GantryCore", "GantryGround", .product(name: "Yams", package: "Yams")],
            swiftSettings: swift),

        // Walking folders, watching the drop folder.
        .target(name: "GantryIntake", dependencies: ["GantryCore", "CLinux"], swiftSettings: swift),

        // The reader, in a limited child process: our own C and C++, DCMTK for lossy JPEG and second opinions.
        .target(name: "CSandbox", cSettings: optimised),
        .target(name: "GantrySandbox", dependencies: ["GantryCore", "CSandbox"], swiftSettings: swift),
        .target(
            name: "CDCMTK", cxxSettings: optimisedCXX + [.headerSearchPath(".")],
            linkerSettings: ["dcmdata", "dcmimgle", "dcmjpeg", "charls", "oflog", "ofstd"].map { .linkedLibrary($0) }),
        .target(
            name: "CDICOM", dependencies: ["CDCMTK"], cSettings: optimised + [.headerSearchPath(".")],
            cxxSettings: optimisedCXX + [.headerSearchPath(".")],
            linkerSettings: ["openjp2", "z"].map { .linkedLibrary($0) }),
        .target(
            name: "GantryDICOM", dependencies: ["GantryCore", "GantryGround", "GantrySandbox", "CDICOM", "CDCMTK"],
            swiftSettings: swift),

        // DICOM objects, for whoever writes some.
        .target(
            name: "GantryDICOMWriting", dependencies: ["GantryCore", "GantryGround", "CDCMTK"], swiftSettings: swift),

        // The residual network.
        .target(name: "COpenBLAS", cSettings: optimised),
        .target(name: "CGantryKernels", cSettings: optimised),
        .target(name: "GantryTensors", dependencies: ["GantryCore", "GantryGround"], swiftSettings: swift),
        .target(
            name: "GantryInference",
            dependencies: ["GantryCore", "GantryGround", "GantryTensors", "CGantryKernels", "COpenBLAS"],
            swiftSettings: swift),
        .target(
            name: "GantryTraining",
            dependencies: [
                "GantryCore", "GantryGround", "GantryTensors", "GantryInference", "CGantryKernels",
            ],
            swiftSettings: swift),

        // Array files of NumPy, zip archives.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "GantryArrays", dependencies: ["GantryCore", "GantryTensors", "CZlib"], swiftSettings: swift),

        // Pictures: PNG and JPEG in a limited child process, folders of them, the way to a network's input.
        .systemLibrary(name: "CPNG", providers: [.apt(["libpng-dev"])]),
        .target(
            name: "CImageFiles", cSettings: optimised, linkerSettings: ["png16", "jpeg"].map { .linkedLibrary($0) }),
        .target(
            name: "GantryImages",
            dependencies: ["GantryCore", "GantryArrays", "GantrySandbox", "CImageFiles", "CPNG"],
            swiftSettings: swift),

        // Networks that others saved. What scores and what trains needs none of it.
        .target(name: "CHDF5", cSettings: optimised),
        .target(
            name: "GantryWeightImport",
            dependencies: ["GantryArrays", "GantryTensors", "GantrySandbox", "CHDF5", protobuf],
            swiftSettings: swift),

        // What commands on models share: cohorts, comparisons, golden pairs, cards.
        .target(
            name: "GantryModelling",
            dependencies: [
                "GantryCore", "GantryGround", "GantryArrays", "GantryTensors", "GantryInference", "GantryTraining",
            ],
            swiftSettings: swift),

        // PDF documents.
        .target(name: "CCairo", cSettings: optimised + pangoHeaders),

        // What is kept, what is shown.
        .target(name: "GantryStore", dependencies: ["GantryCore", "GantryGround", grdb], swiftSettings: swift),
        .target(
            name: "GantryReports",
            dependencies: [
                "GantryCore", "GantryGround", "CCairo", "CPNG",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: swift),

        // What goes back into the PACS.
        .target(
            name: "GantryDICOMReports", dependencies: ["GantryCore", "GantryGround", "GantryDICOMWriting", "CPNG"],
            swiftSettings: swift),

        // Synthetic chest CT.
        .target(
            name: "GantryPhantom", dependencies: ["GantryCore", "GantryGround", "GantryDICOMWriting"],
            swiftSettings: swift),

        // The commands: the only place where adapters are put together.
        .executableTarget(
            name: "gantry",
            dependencies: [
                "GantryCore", "GantryGround", "GantryPipeline", "GantryIntake", "GantryDICOM", "GantryDICOMWriting",
                "GantryTensors", "GantryWeightImport", "GantryInference", "GantryTraining", "GantryModelling",
                "GantryArrays", "GantryImages", "GantryStore", "GantryReports", "GantryDICOMReports", "GantryPhantom",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swift, linkerSettings: executableLinking),

        // Measurements with the peers beside them.
        .target(name: "BenchmarkSupport", path: "Benchmarks/Support", swiftSettings: swift),
        .executableTarget(
            name: "engine-benchmark",
            dependencies: [
                "BenchmarkSupport", "GantryCore", "GantryGround", "GantryTensors", "GantryInference",
                "GantryTraining", "CGantryKernels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Engine",
            exclude: ["peer_loop.py", "peer_onnxruntime.py", "peer_openvino.py", "prepare_peers.py"],
            swiftSettings: swift),
        .executableTarget(
            name: "training-benchmark",
            dependencies: ["GantryCore", "GantryGround", "GantryInference", "GantryTensors", "GantryTraining"],
            path: "Benchmarks/Training",
            exclude: ["peer_networks.py", "peer_pytorch.py", "pneumonia.py", "run.sh", "training_benchmark.py"],
            swiftSettings: swift),
        .executableTarget(
            name: "reader-benchmark",
            dependencies: ["BenchmarkSupport", "GantryCore", "GantryGround", "GantryDICOM", "GantryDICOMWriting"],
            path: "Benchmarks/Reader",
            exclude: [
                "encode_jpeg2000.py", "peer_gdcm.py", "peer_loop.py", "peer_pydicom.py", "peer_simpleitk.py", "run.sh",
            ],
            swiftSettings: swift),
        .executableTarget(
            name: "backlog-benchmark",
            dependencies: ["GantryCore", "GantryIntake", "GantryPipeline", "GantryReports", "GantryStore"],
            path: "Benchmarks/Backlog", exclude: ["run.sh"], swiftSettings: swift),

        .executableTarget(
            name: "evaluation-benchmark", dependencies: ["GantryCore", "GantryStore"], path: "Benchmarks/Evaluation",
            exclude: ["evaluation_benchmark.py", "peer_figures.py", "run.sh"], swiftSettings: swift),

        // Spoilt files through the whole reader.
        .target(
            name: "GantryMutation", dependencies: ["GantryCore", "GantryDICOM", "GantryDICOMWriting"],
            path: "Fuzz/Mutation", swiftSettings: swift),
        .executableTarget(
            name: "reader-mutants", dependencies: ["GantryCore", "GantryMutation"], path: "Fuzz/Mutants",
            swiftSettings: swift),

        // Locks, as the thread sanitizer has to be told of them.
        .target(
            name: "MutexWitness", path: "Tests/MutexWitness",
            cSettings: [.unsafeFlags(["-O1"]), .treatAllWarnings(as: .error)]),
        .target(
            name: "GantryTestSupport", dependencies: ["MutexWitness", "GantryCore", "GantryGround"],
            path: "Tests/GantryTestSupport", swiftSettings: testing),
        // Which target may import which.
        .testTarget(name: "GantryArchitectureTests", swiftSettings: testing),
        .testTarget(name: "GantryCoreTests", dependencies: ["GantryCore"], swiftSettings: testing),
        .testTarget(
            name: "GantryGroundTests", dependencies: ["GantryGround", "GantryTestSupport"], swiftSettings: testing),
        .testTarget(
            name: "GantryPipelineTests",
            dependencies: ["GantryCore", "GantryGround", "GantryInference", "GantryPipeline", "GantryTestSupport"],
            swiftSettings: testing),
        .testTarget(
            name: "GantryIntakeTests", dependencies: ["GantryCore", "GantryIntake", "GantryTestSupport"],
            swiftSettings: testing),
        // What a confined child must not be able to do, tried from inside.
        .executableTarget(
            name: "confined-attempts", dependencies: ["CSandbox"], path: "Tests/ConfinedAttempts",
            cSettings: [.treatAllWarnings(as: .error)]),
        .testTarget(
            name: "GantrySandboxTests",
            dependencies: ["GantrySandbox", "CSandbox", "GantryTestSupport", "confined-attempts"],
            swiftSettings: testing),
        // References of our own decoders: what they encode is decoded to the same.
        .systemLibrary(name: "CCharLS", path: "Tests/CCharLS", providers: [.apt(["libcharls-dev"])]),
        .target(
            name: "COpenJPEG", path: "Tests/COpenJPEG", cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("openjp2")]),
        .testTarget(
            name: "GantryDICOMTests",
            dependencies: [
                "CCharLS", "CDCMTK", "COpenJPEG", "GantryCore", "GantryDICOM", "GantryDICOMWriting", "GantryGround",
                "GantryMutation", "GantrySandbox", "GantryTestSupport", "gantry",
            ],
            exclude: ["File/Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryTensorsTests", dependencies: ["GantryTensors", "GantryTestSupport"],
            swiftSettings: testing),
        .testTarget(
            name: "GantryArraysTests", dependencies: ["GantryArrays", "GantryTestSupport"],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryImagesTests",
            dependencies: [
                "CGantryKernels", "GantryArrays", "GantryCore", "GantryGround", "GantryImages", "GantryTestSupport",
                "gantry",
            ],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryWeightImportTests",
            dependencies: [
                "GantrySandbox", "GantryTensors", "GantryWeightImport", "GantryTestSupport", "gantry",
            ],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryInferenceTests",
            dependencies: [
                "GantryCore", "GantryGround", "GantryInference", "GantryTensors", "GantryTraining",
                "GantryWeightImport", "CGantryKernels", "GantryTestSupport", "gantry",
            ],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryTrainingTests",
            dependencies: [
                "GantryArrays", "GantryCore", "GantryGround", "GantryTraining", "GantryInference", "GantryTensors",
                "GantryImages", "GantryTestSupport", "gantry",
            ],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryModellingTests",
            dependencies: [
                "GantryArrays", "GantryCore", "GantryGround", "GantryModelling", "GantryInference", "GantryTensors",
                "GantryTestSupport", "GantryTraining",
            ],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryStoreTests",
            dependencies: ["GantryCore", "GantryGround", "GantryStore", "GantryTestSupport", grdb],
            swiftSettings: testing),
        .testTarget(
            name: "GantryReportsTests", dependencies: ["GantryCore", "GantryReports", "GantryTestSupport", "CPNG"],
            swiftSettings: testing),
        .testTarget(
            name: "GantryDICOMReportsTests",
            dependencies: [
                "GantryCore", "GantryDICOMReports", "GantryReports", "GantryStore", "GantryTestSupport",
            ],
            exclude: ["Golden"], swiftSettings: testing),
        .testTarget(
            name: "GantryPhantomTests",
            dependencies: ["GantryCore", "GantryPhantom", "GantryDICOM", "GantryTestSupport"],
            swiftSettings: testing),
        .testTarget(
            name: "GantryEndToEndTests", dependencies: ["GantryCore", "gantry"], exclude: ["Golden"],
            swiftSettings: testing),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
