#include "copenblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

enum { row_major = 101, no_transpose = 111, transpose = 112 };

typedef void (*multiply_function)(
    int layout, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a,
    int leading_dimension_a, const float *b, int leading_dimension_b, float beta, float *c, int leading_dimension_c);
typedef void (*eigenvectors_function)(
    const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
    const int *lwork, int *iwork, const int *liwork, int *info);
typedef void (*set_threads_function)(int count);
typedef const char *(*text_function)(void);

static struct {
    multiply_function multiply;
    eigenvectors_function eigenvectors;
    text_function configuration;
    text_function core;
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char refusal[256] = "";
static bool is_loaded = false;

/// The library's name on Debian and its relatives; the number is that of its interface, unchanged for a decade.
static const char name[] = "libopenblas.so.0";

static void load(void) {
    // Never unloaded: its own exit handler ends its threads.
    void *const handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *const why = dlerror();
        snprintf(refusal, sizeof refusal, "%s", why ? why : name);
        return;
    }
    const set_threads_function set_threads = (set_threads_function)dlsym(handle, "openblas_set_num_threads");
    library.multiply = (multiply_function)dlsym(handle, "cblas_sgemm");
    library.eigenvectors = (eigenvectors_function)dlsym(handle, "dsyevd_");
    library.configuration = (text_function)dlsym(handle, "openblas_get_config");
    library.core = (text_function)dlsym(handle, "openblas_get_corename");
    is_loaded = set_threads && library.multiply && library.eigenvectors && library.configuration && library.core;
    if (!is_loaded) {
        snprintf(refusal, sizeof refusal, "%s: has not the functions of OpenBLAS", name);
        return;
    }
    // Every call runs on the thread that makes it: Gantry's threads take whole images instead.
    set_threads(1);
}

bool copenblas_load(void) {
    pthread_once(&once, load);
    return is_loaded;
}

const char *copenblas_refusal(void) {
    return refusal;
}

void copenblas_multiply(const float *left, const float *right, int right_stride, float *output, int output_stride,
                        int rows, int inner, int columns) {
    library.multiply(row_major, no_transpose, no_transpose, rows, columns, inner, 1, left, inner, right, right_stride,
                     0, output, output_stride);
}

void copenblas_product(const copenblas_matrix *left, const copenblas_matrix *right, float beta, float *output,
                       int output_stride, int rows, int inner, int columns) {
    library.multiply(row_major, left->is_transposed ? transpose : no_transpose,
                     right->is_transposed ? transpose : no_transpose, rows, columns, inner, 1, left->values,
                     left->stride, right->values, right->stride, beta, output, output_stride);
}

void copenblas_eigenvectors(int n, double *a, double *w, double *work, int work_count, int *integers,
                            int integer_count, int *out_info) {
    library.eigenvectors("V", "L", &n, a, &n, w, work, &work_count, integers, &integer_count, out_info);
}

const char *copenblas_configuration(void) {
    return library.configuration();
}

const char *copenblas_core(void) {
    return library.core();
}
