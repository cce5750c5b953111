#include "ElementIndex.hpp"

namespace cdicom {

uint32_t ElementIndex::findAfter(uint32_t item, uint32_t element, Tag tag) const {
    uint32_t at = item == topLevel ? 0 : item + 1;
    const uint32_t end = item == topLevel ? count() : elements_[item].end;
    if (element != none) at = elements_[element].end;
    for (; at < end; at = elements_[at].end)
        if (elements_[at].tag == tag) return at;
    return none;
}

uint32_t ElementIndex::firstItem(uint32_t sequence) const {
    return elements_[sequence].end > sequence + 1 ? sequence + 1 : none;
}

uint32_t ElementIndex::nextItem(uint32_t sequence, uint32_t item) const {
    const uint32_t next = elements_[item].end;
    return next < elements_[sequence].end ? next : none;
}

}
