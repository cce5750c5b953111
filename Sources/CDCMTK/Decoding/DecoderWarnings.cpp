#include "DecoderWarnings.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/oflog/appender.h"
#include "dcmtk/oflog/logger.h"
#include "dcmtk/oflog/oflog.h"
#include "dcmtk/oflog/spi/logevent.h"

namespace cdcmtk {

static thread_local DecoderWarnings *listening = nullptr;

namespace {

/// Hands each warning to the listener of the thread that logged it; prints nothing.
class ListeningAppender : public dcmtk::log4cplus::Appender {
public:
    ~ListeningAppender() override { destructorImpl(); }
    void close() override { closed = true; }

protected:
    void append(const dcmtk::log4cplus::spi::InternalLoggingEvent &event) override {
        if (listening == nullptr) return;
        const auto &message = event.getMessage();
        listening->note(std::string(message.c_str(), message.size()));
    }
};

/// Warnings of the JPEG library that leave every pixel as it was encoded.
const char *const harmless[] = {
    "Invalid SOS parameters for sequential JPEG",
    "Unknown Adobe color transform code",
    "Warning: unknown JFIF revision number",
};

}

DecoderWarnings::DecoderWarnings() : outer(listening) { listening = this; }

DecoderWarnings::~DecoderWarnings() { listening = outer; }

void DecoderWarnings::note(const std::string &message) {
    for (const char *text : harmless)
        if (message.find(text) != std::string::npos) return;
    if (doubt.empty()) doubt = message;
}

void listenToDecoders() {
    OFLog::configure(OFLogger::WARN_LOG_LEVEL);
    dcmtk::log4cplus::Logger root = dcmtk::log4cplus::Logger::getRoot();
    root.removeAllAppenders();
    root.addAppender(dcmtk::log4cplus::SharedAppenderPtr(new ListeningAppender));
}

}
