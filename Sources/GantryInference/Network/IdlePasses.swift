import Synchronization

/// Forward passes kept between calls, so that their buffers need not be taken from the system and cleared each time.
/// They are of one size of image, and one number of workers beside single ones: those of the last call.
final class IdlePasses: Sendable {
    /// What a pass is made for: images of this size, up to `group` at once, by `workers` threads together.
    struct Shape: Hashable, Sendable {
        let height: Int
        let width: Int
        let group: Int
        let workers: Int

        fileprivate func serves(_ other: Self) -> Bool {
            height == other.height && width == other.width && group >= other.group && workers == other.workers
        }

        /// Whether one call can need passes of both shapes: some images are one thread's each, the rest everybody's.
        fileprivate func goesWith(_ other: Self) -> Bool {
            height == other.height && width == other.width && workers != other.workers
                && (workers == 1 || other.workers == 1)
        }
    }

    /// A pass that nobody uses. `@unchecked Sendable`: it leaves the list, under the mutex, before the one thread that
    /// takes it touches it.
    private struct Idle: @unchecked Sendable {
        let shape: Shape
        let pass: any ForwardPass
    }

    private let idle = Mutex<[Idle]>([])

    /// A kept pass for this shape and the shape it was made for; nil where there is none. Passes for others are
    /// dropped.
    fileprivate func take(_ shape: Shape) -> (Shape, any ForwardPass)? {
        let (taken, dropped) = idle.withLock { idle in
            let taken = idle.lastIndex { $0.shape.serves(shape) }.map { idle.remove(at: $0) }
            let dropped = idle.filter { !$0.shape.serves(shape) && !$0.shape.goesWith(shape) }
            idle.removeAll { !$0.shape.serves(shape) && !$0.shape.goesWith(shape) }
            return (taken, dropped)
        }
        // Their threads are waited for, which nobody has to wait for in turn.
        withExtendedLifetime(dropped) {}
        return taken.map { ($0.shape, $0.pass) }
    }

    fileprivate func keep(_ pass: any ForwardPass, _ shape: Shape) {
        // Nobody else holds the pass any more: its borrower is being destroyed.
        nonisolated(unsafe) let pass = pass
        idle.withLock { $0.append(Idle(shape: shape, pass: pass)) }
    }
}

/// A pass in the hands of one thread; it goes back when the thread is done.
final class LentPass {
    let pass: any ForwardPass
    private let shape: IdlePasses.Shape
    private let lender: IdlePasses

    init(from lender: IdlePasses, _ shape: IdlePasses.Shape, make: () -> any ForwardPass) {
        self.lender = lender
        (self.shape, pass) = lender.take(shape) ?? (shape, make())
    }

    deinit { lender.keep(pass, shape) }
}
