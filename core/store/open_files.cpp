// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/open_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace widthwise {

OpenFiles::OpenFiles(const std::string& store, const std::string& main) : m_main(main)
{
    for (const std::string& path : {std::filesystem::absolute(store).string(), main + "-wal", main + "-shm"})
        if (const std::optional<Inode> inode = inodeAt(path))
            m_files.emplace_back(path, *inode);
}

std::optional<OpenFiles::Inode> OpenFiles::inodeAt(const std::string& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return Inode{status.st_dev, status.st_ino};
}

std::optional<OpenFiles::Change> OpenFiles::change() const
{
    std::optional<Change> worst;
    for (const auto& [path, inode] : m_files) {
        const std::optional<Inode> now = inodeAt(path);
        if (now == inode)
            continue;
        const Change change{now ? Change::Kind::Replaced : Change::Kind::Gone, path,
                            &path == &m_files.front().first};
        if (change.ofStore || change.kind == Change::Kind::Replaced)
            return change;
        worst = worst ? worst : change;
    }
    return worst;
}

void OpenFiles::removeLogFromOther() const
{
    const std::optional<Inode> main = inodeAt(m_main);
    if (!main || m_files.empty() || main == m_files.front().second)
        return;
    for (const auto& [path, inode] : m_files)
        if (path != m_files.front().first && inodeAt(path) == inode)
            ::unlink(path.c_str());
}

} // namespace widthwise
