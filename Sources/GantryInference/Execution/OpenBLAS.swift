import COpenBLAS
import GantryTensors

/// The linear algebra library, loaded at first use: on a CPU for which Gantry has kernels of its own, only training and
/// quantising need it.
public enum OpenBLAS {
    /// Loads it, once for the process, and makes every call run on the thread that makes it.
    ///
    /// **Throws** `libraryMissing` where it is not installed.
    public static func load() throws(WeightsError) {
        guard copenblas_load() else {
            throw WeightsError(
                .libraryMissing, subject: "OpenBLAS",
                explanation:
                    "this needs the library, which cannot be loaded (\(String(cString: copenblas_refusal()))). "
                    + "On Debian or Ubuntu: apt-get install libopenblas0-pthread.")
        }
    }

    /// Version and build options. **Throws** as `load` does.
    public static func configuration() throws(WeightsError) -> String {
        try load()
        return String(cString: copenblas_configuration())
    }

    /// output[rows, columns] = left[rows, inner] x right[inner, columns]; rows of `output` begin `outputStride`
    /// elements apart. After `load`.
    package static func multiply(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
        into output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, inner: Int, columns: Int
    ) {
        copenblas_multiply(
            left, right, Int32(rightStride), output, Int32(outputStride), Int32(rows), Int32(inner), Int32(columns))
    }

    /// A factor of a product: a matrix by rows that begin `stride` elements apart, or the transpose of one.
    package struct Matrix {
        fileprivate let matrix: copenblas_matrix

        /// The matrix whose rows lie at `values`.
        package init(_ values: UnsafePointer<Float>, stride: Int) {
            matrix = copenblas_matrix(values: values, stride: Int32(stride), is_transposed: false)
        }

        /// The transpose of the matrix whose rows lie at `values`.
        package init(transposing values: UnsafePointer<Float>, stride: Int) {
            matrix = copenblas_matrix(values: values, stride: Int32(stride), is_transposed: true)
        }
    }

    /// output[rows, columns] = left[rows, inner] x right[inner, columns], added to what is there where `adds`; rows of
    /// `output` begin `outputStride` elements apart. After `load`.
    package static func multiply(
        _ left: Matrix, _ right: Matrix, adds: Bool = false, into output: UnsafeMutablePointer<Float>,
        outputStride: Int, rows: Int, inner: Int, columns: Int
    ) {
        var (left, right) = (left.matrix, right.matrix)
        copenblas_product(
            &left, &right, adds ? 1 : 0, output, Int32(outputStride), Int32(rows), Int32(inner), Int32(columns))
    }

    /// The CPU that its kernels were chosen for, as `Cooperlake`. **Throws** as `load` does.
    package static func core() throws(WeightsError) -> String {
        try load()
        return String(cString: copenblas_core())
    }

    /// The eigenvalues, ascending, and the eigenvectors, one after the other, of the symmetric matrix `products`,
    /// [count, count]; nil where LAPACK finds no solution. **Throws** as `load` does.
    package static func eigenvectors(
        of products: [Double], count: Int
    ) throws(WeightsError) -> (values: [Double], vectors: [Double])? {
        try load()
        var vectors = products
        var values = [Double](repeating: 0, count: count)
        // Workspace as dsyevd's description gives it: 1 + 6 n + 2 n^2 and 3 + 5 n.
        let (n, workCount) = (Int32(count), Int32(1 + 6 * count + 2 * count * count))
        var work = [Double](repeating: 0, count: Int(workCount))
        var integers = [Int32](repeating: 0, count: 3 + 5 * count)
        var status: Int32 = 0
        copenblas_eigenvectors(n, &vectors, &values, &work, workCount, &integers, Int32(integers.count), &status)
        return status == 0 ? (values, vectors) : nil
    }
}
