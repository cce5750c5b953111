import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTraining
import GantryTensors

/// What ends a command: a sentence for a person and one of docs/exit-codes.md's codes.
struct CommandFault: Error, CustomStringConvertible {
    /// A code of `ExitStatus`.
    var status: Int32
    /// The sentence.
    var description: String

    init(_ status: Int32, _ description: String) {
        self.status = status
        self.description = description
    }

    /// A fault of the store as the end of a command.
    init(_ fault: StoreFault) { self.init(ExitStatus.of(fault), fault.description) }

    /// A fault of the report writer as the end of a command.
    init(_ fault: ReportFault) {
        let status =
            switch fault.code {
            case .cannotEncode: ExitStatus.unexpected
            case .newerThere, .notAvailable, .notApplicable: ExitStatus.badData
            case .otherIdentity: ExitStatus.usage
            case .notInstalled: ExitStatus.configuration
            case .cannotWrite, .diskFull: ExitStatus.cannotCreate
            }
        self.init(status, fault.description)
    }

    /// A fault of the reader as the end of a command.
    init(_ fault: ReaderFault) {
        let status =
            switch fault.code {
            case .rootUnreadable: ExitStatus.noInput
            case .readerUnavailable: ExitStatus.inputOutput
            case .quarantined: ExitStatus.badData
            case .timedOut: ExitStatus.temporaryFailure
            }
        self.init(status, fault.description)
    }

    /// A fault of a bundle as the end of a command.
    init(_ fault: BundleFault) {
        self.init(fault.code == .notWritable ? ExitStatus.cannotCreate : ExitStatus.configuration, fault.description)
    }

    /// A fault of the model workshop as the end of a command.
    init(_ fault: ModellingFault) {
        let status =
            switch fault.code {
            case .cannotRead: ExitStatus.noInput
            case .malformed, .misshapen: ExitStatus.badData
            case .unknownPositiveClass: ExitStatus.configuration
            }
        self.init(status, fault.description)
    }

    /// A fault of a weight file that was named on the command line: bad data, but for what lies with the paths. (Of a
    /// bundle's weights the bundle is wrong: 78.)
    init(weightFile fault: WeightsError) {
        let status =
            switch fault.code {
            case .cannotOpen: ExitStatus.noInput
            case .cannotRead: ExitStatus.inputOutput
            case .cannotWrite: ExitStatus.cannotCreate
            case .libraryMissing: ExitStatus.configuration
            case .choiceMissing: ExitStatus.usage
            default: ExitStatus.badData
            }
        self.init(status, fault.description)
    }

    /// A fault of the pictures' reader, or of a folder or file of pictures, as the end of a command.
    init(_ fault: ImageFault) {
        let status =
            switch fault.code {
            case .noImages, .unreadable: ExitStatus.noInput
            case .readerUnavailable: ExitStatus.inputOutput
            case .preparation: ExitStatus.configuration
            case .cannotEncode: ExitStatus.unexpected
            case .notAnImage, .damaged, .tooLarge, .unsupported, .outsideFolder, .childDied, .timedOut,
                .classesDoNotFit, .malformed, .multipleLabels:
                ExitStatus.badData
            }
        self.init(status, fault.description)
    }

    /// A fault of the data to learn from as the end of a command.
    init(_ fault: TrainingDataFault) {
        let status =
            switch fault.code {
            case .noImages, .emptySide, .cannotRead: ExitStatus.noInput
            case .fractionOutOfRange: ExitStatus.usage
            case .oneClassOnly, .emptyClass, .classMissingInTraining, .leak, .labelUnknown, .labelForAbsent,
                .malformedTable, .contradiction:
                ExitStatus.badData
            }
        self.init(status, fault.description)
    }

    /// What `body` returns; its fault is that of a weight file that was named on the command line.
    static func ofWeightFile<Result>(_ body: () throws(WeightsError) -> Result) throws(CommandFault) -> Result {
        do {
            return try body()
        } catch {
            throw CommandFault(weightFile: error)
        }
    }

    /// What `body` returns, which writes a file; `path` is what a person is to call it. **Throws** its failure as the
    /// end of a command (73).
    static func ofWriting<Result>(
        _ path: String? = nil, _ body: () throws(FileFailure) -> Result
    ) throws(CommandFault) -> Result {
        do {
            return try body()
        } catch {
            throw CommandFault(
                ExitStatus.cannotCreate, FileFailure(path: path ?? error.path, status: error.status).description)
        }
    }

    /// Says the sentence on standard error and gives the code to leave with.
    func leave() -> ExitCode {
        for (index, line) in description.split(separator: "\n").enumerated() {
            Terminal.error.sentence(String(line).printable, start: index == 0 ? "gantry: " : "")
        }
        return ExitCode(status)
    }
}

/// Runs a command's body; a fault becomes its sentence and exit code. What it writes is its user's alone.
func command(_ body: () throws -> Void) throws {
    umask(0o077)
    // A reader that goes away (`| head`) must not end a run in the middle of a study.
    signal(SIGPIPE, SIG_IGN)
    do {
        try body()
    } catch let fault as CommandFault {
        throw fault.leave()
    } catch let fault as StoreFault {
        throw CommandFault(fault).leave()
    } catch let fault as ReportFault {
        throw CommandFault(fault).leave()
    } catch let fault as ReaderFault {
        throw CommandFault(fault).leave()
    } catch let fault as BundleFault {
        throw CommandFault(fault).leave()
    } catch let fault as ModellingFault {
        throw CommandFault(fault).leave()
    } catch let fault as ImageFault {
        throw CommandFault(fault).leave()
    } catch let failure as FileFailure {
        throw CommandFault(ExitStatus.cannotCreate, failure.description).leave()
    } catch let fault as WeightsError {
        throw CommandFault(ExitStatus.configuration, fault.description).leave()
    } catch let fault as InferenceError {
        throw CommandFault(ExitStatus.badData, fault.description).leave()
    } catch let fault as TrainingDataFault {
        throw CommandFault(fault).leave()
    } catch let fault as TrainingError {
        throw CommandFault(ExitStatus.badData, fault.description).leave()
    }
}
