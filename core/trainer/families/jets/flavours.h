// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/compound_dataset.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// The names that `jets` gives to the values of its field flavour_label. Throws InputError where they are not
/// at least two different ones.
std::vector<std::string> flavoursOf(const CompoundDataset& jets, const std::string& path);

/// The class of each flavour of the file.
class FlavourToClass {
public:
    /// `classes`: those asked for, empty for all. Throws InputError.
    FlavourToClass(const CompoundDataset& jets, const std::string& path,
                   const std::vector<std::string>& classes);

    const std::vector<std::string>& classes() const { return m_classes; }
    std::size_t flavours() const { return m_classOf.size(); }
    /// False for what is not the number of a flavour.
    bool knows(double flavour) const;
    /// −1 where it is not asked for.
    std::int64_t operator()(double flavour) const;

private:
    std::vector<std::string> m_classes;
    std::vector<std::int64_t> m_classOf;
};

/// Counts jets whose label is no flavour of the file.
class UnknownFlavours {
public:
    UnknownFlavours(std::string path, const FlavourToClass& classOf)
        : m_path(std::move(path)), m_classOf(classOf)
    {
    }
    void add(std::size_t row, double label);
    /// Throws InputError where there was one.
    void refuse() const;

private:
    std::string m_path;
    const FlavourToClass& m_classOf;
    double m_label = 0; ///< of the first
    std::size_t m_row = 0;
    std::size_t m_count = 0;
};

/// Looks for jets of which every byte is as HDF5 leaves rows that nobody wrote: no jet is so, its pT
/// included. Only so can be seen that a file was made at its full length and not filled.
class NeverWritten {
public:
    NeverWritten(const CompoundDataset& jets, std::string path);
    void add(std::size_t row, const std::byte* jet);
    /// Throws InputError where there was one.
    void refuse() const;

private:
    std::string m_path;
    std::vector<std::byte> m_fill;
    std::size_t m_first = 0; ///< of the first run
    std::size_t m_end = 0;   ///< 0: there was none
};

} // namespace widthwise::trainer
