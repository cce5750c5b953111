// DCMTK's decoders only warn where they invent pixels. This listens.

#pragma once

#include <string>

namespace cdcmtk {

/// Takes the terminal away from DCMTK's log and starts listening. Once a process.
void listenToDecoders();

/// While it lives, collects what DCMTK warns of on this thread.
class DecoderWarnings {
public:
    DecoderWarnings();
    ~DecoderWarnings();
    DecoderWarnings(const DecoderWarnings &) = delete;
    DecoderWarnings &operator=(const DecoderWarnings &) = delete;

    /// The first warning that casts doubt on the pixels; empty where there was none.
    const std::string &firstDoubt() const { return doubt; }

    /// Takes one warning.
    void note(const std::string &message);

private:
    std::string doubt;
    DecoderWarnings *outer;
};

}
