#include "PixelEncoding.hpp"

#include <cstring>

namespace cdicom {

namespace {

struct Entry {
    const char *uid;
    PixelSyntax syntax;
};

constexpr Entry entries[] = {
    {"1.2.840.10008.1.2", {PixelEncoding::native, false}},
    {"1.2.840.10008.1.2.1", {PixelEncoding::native, false}},
    {"1.2.840.10008.1.2.1.99", {PixelEncoding::native, false}},
    {"1.2.840.10008.1.2.2", {PixelEncoding::native, false}},
    {"1.2.840.10008.1.2.5", {PixelEncoding::runLength, false}},
    {"1.2.840.10008.1.2.4.50", {PixelEncoding::jpeg, true}},
    {"1.2.840.10008.1.2.4.51", {PixelEncoding::jpeg, true}},
    {"1.2.840.10008.1.2.4.53", {PixelEncoding::jpeg, true}},
    {"1.2.840.10008.1.2.4.55", {PixelEncoding::jpeg, true}},
    {"1.2.840.10008.1.2.4.57", {PixelEncoding::jpeg, false}},
    {"1.2.840.10008.1.2.4.70", {PixelEncoding::jpeg, false}},
    {"1.2.840.10008.1.2.4.80", {PixelEncoding::jpegLS, false}},
    {"1.2.840.10008.1.2.4.81", {PixelEncoding::jpegLS, true}},
    {"1.2.840.10008.1.2.4.90", {PixelEncoding::jpeg2000, false}},
    {"1.2.840.10008.1.2.4.91", {PixelEncoding::jpeg2000, true}},
    {"1.2.840.10008.1.2.4.92", {PixelEncoding::jpeg2000, false}},
    {"1.2.840.10008.1.2.4.93", {PixelEncoding::jpeg2000, true}},
    {"1.2.840.10008.1.2.4.201", {PixelEncoding::jpeg2000, false}},
    {"1.2.840.10008.1.2.4.202", {PixelEncoding::jpeg2000, false}},
    {"1.2.840.10008.1.2.4.203", {PixelEncoding::jpeg2000, true}},
};

}

PixelSyntax pixelSyntax(const char *uid) {
    for (const Entry &entry : entries)
        if (std::strcmp(entry.uid, uid) == 0) return entry.syntax;
    return {};
}

}
