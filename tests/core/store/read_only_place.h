// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <filesystem>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace widthwise::test {

/// A folder seen at a second path, where nothing can be written: a read-only mount, for root too.
class ReadOnlyMount {
public:
    ReadOnlyMount(const std::string& folder, std::string at) : m_at(std::move(at))
    {
        std::filesystem::create_directory(m_at);
        m_mounted = mount(folder.c_str(), m_at.c_str(), nullptr, MS_BIND, nullptr) == 0;
        m_readOnly = m_mounted &&
                     mount(nullptr, m_at.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }
    ~ReadOnlyMount()
    {
        if (m_mounted)
            umount2(m_at.c_str(), MNT_DETACH);
    }
    ReadOnlyMount(const ReadOnlyMount&) = delete;
    ReadOnlyMount& operator=(const ReadOnlyMount&) = delete;

    bool works() const { return m_readOnly; }
    const std::string& path() const { return m_at; }

private:
    std::string m_at;
    bool m_mounted = false;
    bool m_readOnly = false;
};

constexpr uid_t ordinaryUser = 65534;

/// While it lives, root has the rights of a user who owns nothing; another user keeps their own.
class OrdinaryUser {
public:
    OrdinaryUser() { m_changed = geteuid() == 0 && seteuid(ordinaryUser) == 0; }
    ~OrdinaryUser()
    {
        if (m_changed && seteuid(0) != 0)
            std::terminate();
    }
    OrdinaryUser(const OrdinaryUser&) = delete;
    OrdinaryUser& operator=(const OrdinaryUser&) = delete;

private:
    bool m_changed = false;
};

} // namespace widthwise::test
