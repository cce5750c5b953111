import Foundation
import Testing

/// Programs of Debian that look at results independently of this project.
enum Tools {
    /// Runs a shell script with positional arguments; returns its output.
    static func shell(_ script: String, _ arguments: String...) throws -> String {
        try output("/bin/sh", ["-euc", script, "sh"] + arguments)
    }

    /// Runs Debian's Python with positional arguments; returns its output.
    static func python(_ script: String, _ arguments: [String]) throws -> String {
        try output("/usr/bin/python3", ["-c", script] + arguments)
    }

    /// Holds JSON files to a schema.
    static func validate(_ files: [String], by schema: String) throws {
        _ = try python(validation + "\nsys.exit('\\n'.join(errors(sys.argv[2:])) or 0)", [schema] + files)
    }

    /// How many errors a JSON file has by a schema.
    static func errors(_ file: String, by schema: String) throws -> Int {
        let told = try python(validation + "\nprint(len(errors(sys.argv[2:])))", [schema, file])
        return try #require(Int(told.trimmingCharacters(in: .newlines)))
    }

    private static let validation = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        def errors(names):
            return [f"{name}: {error.json_path} {error.message}" for name in names
                    for error in Draft202012Validator(schema).iter_errors(json.load(open(name)))]
        """

    private static func output(_ program: String, _ arguments: [String]) throws -> String {
        let end = try RunningProcess(program, arguments).finish()
        try #require(end.status == 0, "\(program): \(end.description)")
        return end.output
    }

    /// Names, kinds, modes, sizes, times and contents of everything below a folder, as text to be compared.
    static func snapshot(_ folder: URL) throws -> String {
        try shell(
            """
            cd "$1"
            find . -printf '%P %y %m %s %T@\\n' | sort
            find . -type f -print0 | sort -z | xargs -0 -r sha256sum
            """, folder.path)
    }
}
