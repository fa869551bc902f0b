// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// An advisory lock on a file of its own, which the system releases when the process dies however it dies.
/// What the process was just starting lets go of it a moment later, as it becomes its program.
class FileLock {
public:
    FileLock() = default;
    ~FileLock() { release(); }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// False where another holds it. Throws StoreError where the file cannot be made.
    bool take(const std::string& path);
    void release();

private:
    std::string m_path;
    int m_file = -1;
};

} // namespace widthwise
