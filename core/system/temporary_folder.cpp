// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace widthwise {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder()
{
    std::error_code error;
    const fs::path above = fs::temp_directory_path(error);
    std::string path = above / "widthwise-XXXXXX";
    if (error || mkdtemp(path.data()) == nullptr)
        throw std::runtime_error("cannot create a folder in " + (error ? "$TMPDIR" : above.string()) + ": " +
                                 (error ? error.message() : std::strerror(errno)) +
                                 "; set TMPDIR to a folder that can be written");
    m_path = path;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

} // namespace widthwise
