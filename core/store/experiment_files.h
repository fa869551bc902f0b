// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"

#include <cstdint>
#include <map>
#include <string>

namespace widthwise {

/// The file that an experiment was read from or written to.
struct ExperimentSourceFile {
    std::string path; ///< absolute
    std::string text; ///< what it said when it was last read or written
    bool operator==(const ExperimentSourceFile&) const = default;
};

/// Which experiments have a file of their own.
class ExperimentFiles {
public:
    explicit ExperimentFiles(Database& database) : m_database(database) {}

    void set(std::int64_t experiment, const ExperimentSourceFile& file);
    /// By experiment.
    std::map<std::int64_t, ExperimentSourceFile> all();

private:
    Database& m_database;
};

} // namespace widthwise
