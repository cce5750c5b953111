import Foundation

/// The targets that Package.swift declares, read from its text.
struct PackageManifest {
    /// A target.
    struct Target {
        var name: String
        /// Its folder, below the package's.
        var path: String
        var isExecutable: Bool
        /// Names of the targets, and of the packages' products, that it depends on.
        var dependencies: Set<String>
    }

    /// In the order of the file.
    let targets: [Target]
    /// The products of other packages; each is one module of the same name.
    let products: Set<String>

    /// This package's.
    init() throws {
        self.init(try String(contentsOf: SourceTree.package.appending(path: "Package.swift"), encoding: .utf8))
    }

    /// A manifest's. Its declarations are literals; a product may be named by a constant.
    init(_ text: String) {
        let text = text.replacing(#/^\h*//.*/#.anchorsMatchLineEndings(), with: "")
        let constants = text.matches(of: #/let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/#)
            .reduce(into: [:]) { $0[String($1.1)] = String($1.2) }
        products = Set(text.matches(of: #/\.product\(name: "(\w+)"/#).map { String($0.1) })
        let begin = #/\.(target|executableTarget|testTarget|systemLibrary)\(\s*name: "([\w-]+)"/#
        targets = text.matches(of: begin).map { match in
            let (kind, name) = (match.1, String(match.2))
            let declaration = Self.bracketed(text[match.1.endIndex...])
            let path = declaration.firstMatch(of: #/[^\w]path: "([^"]+)"/#).map { String($0.1) }
            let dependencies = declaration.firstRange(of: "dependencies: ").map {
                Self.names(in: Self.bracketed(declaration[$0.upperBound...]), constants: constants)
            }
            return Target(
                name: name, path: path ?? (kind == "testTarget" ? "Tests/" : "Sources/") + name,
                isExecutable: kind == "executableTarget", dependencies: dependencies ?? [])
        }
    }

    /// What `text` begins with, from its first bracket to the one that closes it.
    private static func bracketed(_ text: Substring) -> Substring {
        var depth = 0
        for index in text.indices {
            if "([".contains(text[index]) { depth += 1 }
            if ")]".contains(text[index]) {
                depth -= 1
                if depth == 0 { return text[...index] }
            }
        }
        return text
    }

    /// The names in a list of dependencies.
    private static func names(in list: Substring, constants: [String: String]) -> Set<String> {
        let list = list.replacing(#/package: "[^"]*"/#, with: "")
        let texts = list.matches(of: #/"([^"]+)"/#).map { String($0.1) }
        let words = list.replacing(#/"[^"]*"/#, with: "").matches(of: #/\w+/#).compactMap { constants[String($0.0)] }
        return Set(texts + words)
    }
}
