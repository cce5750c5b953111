import Foundation
import Testing

/// A library that is loaded into the executable and writes down what it does: which files and folders are synchronised,
/// and which threads there are when its exit handlers have run.
enum Witness {
    /// Runs `arguments` with it, and returns the end and the lines that it wrote.
    static func run(_ arguments: [String]) throws -> (end: ProcessEnd, lines: [String]) {
        let library = try library.get()
        return try TemporaryFolder.use { folder in
            let log = folder.appending(path: "log")
            try Data().write(to: log)
            let end = try Executable.run(
                arguments, environment: ["LD_PRELOAD": library, "GANTRY_TEST_LOG": log.path])
            let text = try String(contentsOf: log, encoding: .utf8)
            return (end, text.split(separator: "\n").map(String.init))
        }
    }

    private static let library = Result<String, any Error> {
        let folder = try TemporaryFolder.make()
        let (file, source) = (folder.appending(path: "witness.so").path, folder.appending(path: "witness.c"))
        try Data(code.utf8).write(to: source)
        _ = try Tools.shell("clang -shared -fPIC -O1 -o \"$1\" \"$2\"", file, source.path)
        return file
    }

    private static let code = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        static void note(const char *kind, const char *text) {
            const char *const path = getenv("GANTRY_TEST_LOG");
            const int log = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
            if (log < 0) { return; }
            dprintf(log, "%s %s\\n", kind, text);
            close(log);
        }

        int fsync(int descriptor) {
            char link[64], path[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
            const ssize_t length = readlink(link, path, sizeof path - 1);
            if (length > 0) { path[length] = 0; note("fsync", path); }
            return (int)syscall(SYS_fsync, descriptor);
        }

        // Loaded first, it ends last: the exit handlers and the other libraries' ends have run.
        __attribute__((destructor)) static void list_threads(void) {
            DIR *const tasks = opendir("/proc/self/task");
            for (struct dirent *entry; tasks && (entry = readdir(tasks));) {
                char path[64], name[32] = "";
                if (entry->d_name[0] == '.') { continue; }
                snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
                const int file = open(path, O_RDONLY | O_CLOEXEC);
                const ssize_t length = file < 0 ? 0 : read(file, name, sizeof name - 1);
                if (file >= 0) { close(file); }
                if (length > 0) { name[strcspn(name, "\\n")] = 0; note("thread", name); }
            }
        }
        """
}
