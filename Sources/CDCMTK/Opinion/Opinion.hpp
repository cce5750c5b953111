// A file as DCMTK has loaded it, for the entry points of the second opinion.

#pragma once

#include "CDCMTK.h"
#include "Guard.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"

#include <optional>
#include <vector>

/// See `CDCMTK.h`.
struct CDCMTKOpinion {
    DcmFileFormat file;

    /// The element of `frame`, from 0; NULL where there is none or it is empty.
    ///
    /// Those of functional groups in a multi-frame CT object, of the top level in every other, whatever lies in it.
    /// `AttributeInvalid` where DCMTK reads no functional groups where some are.
    CDCMTKStatus find(uint32_t frame, DcmTagKey tag, DcmElement *&element);

    /// Whether the SOP Class is one whose frames are described in functional groups.
    bool isMultiFrameCT();

    /// The numbers of an element.
    ///
    /// False where DCMTK makes none of it: a value representation without numbers, or a value that is none.
    static bool numbers(DcmElement &element, std::vector<double> &values);

    /// The one whole number of a top-level attribute; none where it is absent or empty. `AttributeInvalid` where it is
    /// there and is anything else.
    CDCMTKStatus optionalInteger(DcmTagKey tag, std::optional<long> &value);

    /// The same of an attribute that must be there or has a `fallback`. `AttributeMissing`, `AttributeInvalid`.
    CDCMTKStatus integer(DcmTagKey tag, long &value, const long *fallback = nullptr);

    /// The transfer syntax that (0002,0010) names: what DCMTK loads an unknown one as says nothing.
    E_TransferSyntax transferSyntax();
};
