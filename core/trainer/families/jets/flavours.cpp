// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/flavours.h"

#include "core/models/jet_layout.h"
#include "core/space/nearest.h"
#include "core/trainer/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

namespace widthwise::trainer {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what)
{
    throw InputError(path + ": dataset \"" + jetsDataset + "\" " + what);
}

} // namespace

std::vector<std::string> flavoursOf(const CompoundDataset& jets, const std::string& path)
{
    std::vector<std::string> names = jets.textAttribute(flavourLabelField);
    const std::string attribute = std::string("attribute \"") + flavourLabelField + "\" ";
    if (names.size() < 2) {
        fail(path, attribute + "names " +
                       (names.empty() ? "no flavour" : "one flavour, \"" + names.front() + "\"") +
                       ": expected a list with a name for each value of the field");
    }
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (name->empty()) {
            fail(path, attribute + "has an empty name for the value " + std::to_string(name - names.begin()));
        }
        if (std::count(names.begin(), name, *name) > 0) {
            fail(path, attribute + "names \"" + *name + "\" twice");
        }
    }
    return names;
}

FlavourToClass::FlavourToClass(const CompoundDataset& jets, const std::string& path,
                               const std::vector<std::string>& classes)
{
    const std::vector<std::string> flavours = flavoursOf(jets, path);
    m_classes = classes.empty() ? flavours : classes;
    m_classOf.assign(flavours.size(), -1);
    for (std::size_t i = 0; i < m_classes.size(); ++i) {
        const auto found = std::ranges::find(flavours, m_classes[i]);
        if (found == flavours.end()) {
            const auto near = nearest(m_classes[i], flavours);
            throw InputError(path + ": no jets of the class \"" + m_classes[i] + "\"" +
                             (near ? "; the nearest is \"" + *near + "\"" : ""));
        }
        m_classOf[static_cast<std::size_t>(found - flavours.begin())] = static_cast<std::int64_t>(i);
    }
}

bool FlavourToClass::knows(double flavour) const
{
    return flavour >= 0 && flavour < static_cast<double>(m_classOf.size()) && flavour == std::floor(flavour);
}

std::int64_t FlavourToClass::operator()(double flavour) const
{
    return knows(flavour) ? m_classOf[static_cast<std::size_t>(flavour)] : -1;
}

void UnknownFlavours::add(std::size_t row, double label)
{
    if (m_classOf.knows(label)) {
        return;
    }
    if (m_count == 0) {
        m_label = label;
        m_row = row;
    }
    if (label == m_label || (std::isnan(label) && std::isnan(m_label))) {
        ++m_count;
    }
}

void UnknownFlavours::refuse() const
{
    if (m_count == 0) {
        return;
    }
    std::ostringstream label;
    label << m_label;
    fail(m_path, std::string("field \"") + flavourLabelField + "\" is " + label.str() + " in " +
                     std::to_string(m_count) + (m_count == 1 ? " jet" : " jets") + ", first in row " +
                     std::to_string(m_row) + ", and the attribute of that name names the flavours 0 to " +
                     std::to_string(m_classOf.flavours() - 1) + " only");
}

NeverWritten::NeverWritten(const CompoundDataset& jets, std::string path)
    : m_path(std::move(path)), m_fill(jets.fillValue())
{
}

void NeverWritten::add(std::size_t row, const std::byte* jet)
{
    const bool continues = m_end == 0 || m_end == row;
    if (continues && std::memcmp(jet, m_fill.data(), m_fill.size()) == 0) {
        m_first = m_end == 0 ? row : m_first;
        m_end = row + 1;
    }
}

void NeverWritten::refuse() const
{
    if (m_end > 0) {
        fail(m_path, "was never written at rows " + std::to_string(m_first) + " to " +
                         std::to_string(m_end - 1) +
                         ", where all is the fill value: make the file again, or use only what comes before");
    }
}

} // namespace widthwise::trainer
