// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/write_access.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace widthwise {

namespace fs = std::filesystem;

std::string whyNotWritable(const std::string& path)
{
    std::error_code ignored;
    const int wanted = fs::is_directory(path, ignored) ? W_OK | X_OK : W_OK;
    if (faccessat(AT_FDCWD, path.c_str(), wanted, AT_EACCESS) == 0)
        return {};
    switch (errno) {
    case ENOENT:
        return {};
    case EROFS:
        return "read-only file system";
    case EACCES:
        return "no permission to write " + path;
    default:
        return path + ": " + std::strerror(errno);
    }
}

bool isOnThisMachine(const std::string& path)
{
    constexpr std::array<std::uint32_t, 9> local{
        EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,       BTRFS_SUPER_MAGIC,    F2FS_SUPER_MAGIC, TMPFS_MAGIC,
        RAMFS_MAGIC,      OVERLAYFS_SUPER_MAGIC, 0x2FC12FC1 /* ZFS */, 0xCA451A4E /* bcachefs */};
    struct statfs about {};
    return statfs(path.c_str(), &about) == 0 &&
           std::ranges::find(local, static_cast<std::uint32_t>(about.f_type)) != local.end();
}

std::string nearestExisting(const std::string& path)
{
    std::error_code error;
    fs::path existing = fs::absolute(path, error);
    while (!fs::exists(existing, error) && existing.has_relative_path())
        existing = existing.parent_path();
    return existing;
}

} // namespace widthwise
