// PNG and JPEG files through the bridge to libpng and libjpeg-turbo: a file is refused or every pixel is one that the
// decoder wrote, of the size that was told before; nothing leaks out of an error's jump.

#include "cimagefiles.h"

#include <cstdlib>
#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    // A block of just that size: reading behind it is seen.
    const std::vector<uint8_t> file(bytes, bytes + size);
    const cimagefiles_limits limits = {2048, 1u << 18};
    cimagefiles_facts facts{};
    cimagefiles_explanation explanation{};
    const uint8_t *const data = file.empty() ? bytes : file.data();
    const cimagefiles_status told = cimagefiles_inspect(data, size, &limits, &facts, &explanation);
    if (memchr(explanation.text, 0, sizeof explanation.text) == nullptr) std::abort();
    if ((told == CIMAGEFILES_OK) != (explanation.text[0] == 0)) std::abort();
    if (told != CIMAGEFILES_OK) return 0;
    if (facts.width < 1 || facts.height < 1 || facts.width > limits.largest_side || facts.height > limits.largest_side
        || uint64_t(facts.width) * facts.height > limits.most_pixels || (facts.channels != 1 && facts.channels != 3)
        || (facts.bits != 8 && facts.bits != 16)) {
        std::abort();
    }
    const size_t count = size_t(facts.width) * facts.height * facts.channels;
    std::vector<uint16_t> once(count, 0x5A5B), again(count, 0xA5A4);
    const cimagefiles_status status =
        cimagefiles_decode(data, size, &limits, &facts, once.data(), count, &explanation);
    if (cimagefiles_decode(data, size, &limits, &facts, again.data(), count, &explanation) != status) std::abort();
    if (status != CIMAGEFILES_OK) return 0;
    if (once != again) std::abort();
    for (const uint16_t value : once) {
        if (facts.bits == 8 && value % 257 != 0) std::abort();
    }
    if (cimagefiles_decode(data, size, &limits, &facts, once.data(), count - 1, &explanation)
        != CIMAGEFILES_WRONG_ROOM) {
        std::abort();
    }
    return 0;
}
