// How every entry point keeps exceptions inside and says why it failed.

#pragma once

#include "CDCMTK.h"

#include <exception>
#include <new>
#include <string>

namespace cdcmtk {

/// Notes why the calling thread's current call failed, and passes the status on.
CDCMTKStatus fail(CDCMTKStatus status, std::string explanation);

/// Runs `body`, which returns a status, and turns every exception into a status.
template <typename Body> CDCMTKStatus guarded(Body body) noexcept {
    try {
        try {
            return body();
        } catch (const std::bad_alloc &) {
            return fail(CDCMTKStatusOutOfMemory, "memory ran out");
        } catch (const std::exception &error) {
            return fail(CDCMTKStatusInternal, error.what());
        } catch (...) {
            return fail(CDCMTKStatusInternal, "an exception of unknown type");
        }
    } catch (...) {
        // Even the explanation could not be stored.
        return CDCMTKStatusOutOfMemory;
    }
}

/// Copies as much of `text` as fits and says how long it is.
void copyOut(const std::string &text, char *buffer, size_t capacity, size_t &length);

}
