// What Gantry calls in OpenBLAS. The library is not linked: it is loaded at first use, so that a process which never
// needs it has neither its megabytes nor its threads, and runs where it is not installed.
//
// The functions are declared here rather than included: Debian installs cblas.h through its alternatives system, where
// another BLAS's header (without the openblas_ functions) may be the one selected. Source: cblas.h of OpenBLAS 0.3.21
// (32-bit blasint).

#ifndef COPENBLAS_H
#define COPENBLAS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Loads the library, once for the process; may be called by several threads. False where it is not there, or is
/// another library of that name. Every other function here may be called only where this has returned true.
bool copenblas_load(void);

/// Why `copenblas_load` returned false; a static string.
const char *_Nonnull copenblas_refusal(void);

/// C = A * B; A is [rows, inner], B is [inner, columns], C is [rows, columns], all by rows; rows of B and C begin so
/// many elements apart.
void copenblas_multiply(
    const float *_Nonnull left, const float *_Nonnull right, int right_stride, float *_Nonnull output,
    int output_stride, int rows, int inner, int columns);

/// A matrix by rows that begin `stride` elements apart, or, where it `is_transposed`, the transpose of one.
typedef struct {
    const float *_Nonnull values;
    int stride;
    bool is_transposed;
} copenblas_matrix;

/// C = A * B + beta * C; A is [rows, inner], B is [inner, columns], C is [rows, columns] whose rows begin
/// `output_stride` elements apart. With beta 0, C is only written.
void copenblas_product(const copenblas_matrix *_Nonnull left, const copenblas_matrix *_Nonnull right, float beta,
                       float *_Nonnull output, int output_stride, int rows, int inner, int columns);

/// LAPACK's dsyevd: the eigenvalues `w`, ascending, and eigenvectors of the symmetric matrix `a`, whose lower part is
/// read, by columns, which they replace.
void copenblas_eigenvectors(
    int n, double *_Nonnull a, double *_Nonnull w, double *_Nonnull work, int work_count, int *_Nonnull integers,
    int integer_count, int *_Nonnull out_info);

/// Version and build options; a static string.
const char *_Nonnull copenblas_configuration(void);

/// The CPU that its kernels were chosen for, as `Cooperlake`; a static string.
const char *_Nonnull copenblas_core(void);

#ifdef __cplusplus
}
#endif

#endif
