// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace widthwise {

/// A disk of four MiB, mounted on a folder for as long as this lives. Only root can have one.
class SmallDisk {
public:
    explicit SmallDisk(std::string folder) : m_folder(std::move(folder))
    {
        std::filesystem::create_directory(m_folder);
        m_mounted = mount("tmpfs", m_folder.c_str(), "tmpfs", 0, "size=4m") == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            umount2(m_folder.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool isMounted() const { return m_mounted; }
    const std::string& folder() const { return m_folder; }

    /// Takes all that is left, to the last byte.
    void fill() const
    {
        const int file = open((m_folder + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        const std::string block(4096, 'x');
        for (std::size_t size = block.size(); size > 0; size /= 2)
            while (write(file, block.data(), size) > 0) {
            }
        close(file);
    }
    void makeSpace() const { unlink((m_folder + "/filler").c_str()); }

private:
    std::string m_folder;
    bool m_mounted = false;
};

} // namespace widthwise
