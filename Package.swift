// swift-tools-version:6.2
import PackageDescription

let swift: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "gantry",
    targets: [
        .target(name: "GantryCore", swiftSettings: swift)
    ],
    swiftLanguageModes: [.v6]
)
