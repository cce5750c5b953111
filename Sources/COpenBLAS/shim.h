// What Gantry calls in OpenBLAS, declared here rather than included: Debian installs cblas.h through its
// alternatives system, where another BLAS's header (without the openblas_ functions) may be the one selected.
// Source: cblas.h of OpenBLAS 0.3.21 (32-bit blasint).

#ifndef GANTRY_OPENBLAS_SHIM_H
#define GANTRY_OPENBLAS_SHIM_H

#ifdef __cplusplus
extern "C" {
#endif

#define GANTRY_CBLAS_ROW_MAJOR 101
#define GANTRY_CBLAS_NO_TRANSPOSE 111
#define GANTRY_CBLAS_TRANSPOSE 112

/// C = alpha * op(A) * op(B) + beta * C; op(A) is [m, k], op(B) is [k, n], C is [m, n]; C is only written where beta is 0.
void cblas_sgemm(int layout, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *_Nonnull a,
                 int leading_dimension_a, const float *_Nonnull b, int leading_dimension_b, float beta,
                 float *_Nonnull c, int leading_dimension_c);

/// LAPACK: the eigenvalues `w`, ascending, and eigenvectors of the symmetric matrix `a`, by columns, which they replace.
void dsyevd_(const char *_Nonnull jobz, const char *_Nonnull uplo, const int *_Nonnull n, double *_Nonnull a,
             const int *_Nonnull lda, double *_Nonnull w, double *_Nonnull work, const int *_Nonnull lwork,
             int *_Nonnull iwork, const int *_Nonnull liwork, int *_Nonnull info);

/// Sets the number of threads one call may use, for the whole process.
void openblas_set_num_threads(int count);

/// The kernels in use ("Cooperlake", "Haswell", ...); a static string.
const char *_Nonnull openblas_get_corename(void);

/// Version and build options; a static string.
const char *_Nonnull openblas_get_config(void);

#ifdef __cplusplus
}
#endif

#endif
