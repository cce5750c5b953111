import COpenBLAS

/// The linear algebra library in use.
public enum OpenBLAS {
    /// The kernels it chose for this CPU, as `Cooperlake`; `OPENBLAS_CORETYPE` in the environment overrides the choice.
    public static var coreType: String { String(cString: openblas_get_corename()) }

    /// Version and build options.
    public static var configuration: String { String(cString: openblas_get_config()) }

    /// Makes every call run on the thread that makes it, once for the process: Gantry's threads take whole images instead.
    package static let useCallingThreadOnly: Void = openblas_set_num_threads(1)

    /// output[rows, columns] = left[rows, inner] x right[inner, columns]; rows of `output` begin `outputStride` elements apart.
    package static func multiply(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
        into output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, inner: Int, columns: Int
    ) {
        cblas_sgemm(
            GANTRY_CBLAS_ROW_MAJOR, GANTRY_CBLAS_NO_TRANSPOSE, GANTRY_CBLAS_NO_TRANSPOSE, Int32(rows), Int32(columns),
            Int32(inner), 1, left, Int32(inner), right, Int32(rightStride), 0, output, Int32(outputStride))
    }
}
