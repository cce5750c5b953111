#include "DecoderWarnings.hpp"
#include "Guard.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djdijg12.h"
#include "dcmtk/dcmjpeg/djdijg8.h"

#include <algorithm>
#include <string>
#include <vector>

/// Runs one of DCMTK's decoders; one that warns of missing or broken data has failed.
static CDCMTKStatus run(
    DJDecoder &decoder, const uint8_t *bytes, uint32_t size, bool isSigned, uint8_t *samples, size_t sampleBytes) {
    cdcmtk::DecoderWarnings warnings;
    OFCondition condition = decoder.init();
    if (condition.good())
        condition = decoder.decode(const_cast<Uint8 *>(bytes), size, samples, Uint32(sampleBytes), isSigned);
    if (condition.bad())
        return cdcmtk::fail(
            CDCMTKStatusPixelDataIncomplete, std::string("the JPEG stream does not decode: ") + condition.text());
    if (!warnings.firstDoubt().empty())
        return cdcmtk::fail(
            CDCMTKStatusPixelDataIncomplete,
            "the JPEG stream does not decode completely: " + warnings.firstDoubt());
    return CDCMTKStatusOk;
}

extern "C" CDCMTKStatus cdcmtk_decode_lossy_jpeg(
    const uint8_t *bytes, uint32_t size, unsigned precision, bool isSigned, uint16_t *samples, size_t count) noexcept {
    return cdcmtk::guarded([&] {
        const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_default);
        if (precision == 12) {
            DJDecompressIJG12Bit decoder(parameter, OFFalse);
            return run(decoder, bytes, size, isSigned, reinterpret_cast<uint8_t *>(samples), 2 * count);
        }
        DJDecompressIJG8Bit decoder(parameter, OFFalse);
        std::vector<uint8_t> narrow(count);
        const CDCMTKStatus status = run(decoder, bytes, size, isSigned, narrow.data(), count);
        if (status == CDCMTKStatusOk) std::copy(narrow.begin(), narrow.end(), samples);
        return status;
    });
}
