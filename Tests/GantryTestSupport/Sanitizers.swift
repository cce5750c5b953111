import Glibc

/// Whether a sanitizer is built in. Then the address space of children is not limited, and DCMTK's JPEG-LS codec, which
/// is loaded in a way that sanitizers do not allow, gives no second opinion.
package let isSanitized = dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil
