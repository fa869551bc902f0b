// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstring>
#include <string>

namespace widthwise {

/// Overwrites a secret that is needed no longer, and leaves an empty string.
inline void wipe(std::string& secret) noexcept
{
    explicit_bzero(secret.data(), secret.size());
    secret.clear();
}

/// Wipes a secret at the end of its scope, however that is left.
class Wiped {
public:
    explicit Wiped(std::string& secret) : m_secret(secret) {}
    ~Wiped() { wipe(m_secret); }
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;

private:
    std::string& m_secret;
};

} // namespace widthwise
