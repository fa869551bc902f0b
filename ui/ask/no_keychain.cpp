// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the place of keychain.cpp where QtKeychain is not installed.
#include "ui/ask/keychain.h"

namespace widthwise::ui {

void Keychain::find(const QString&, std::function<void(const Finding&)> receive)
{
    receive({});
}

void Keychain::keep(const QString&, const QString&) {}

void Keychain::remove(const QString&, std::function<void(const Finding&)> receive)
{
    receive({});
}

} // namespace widthwise::ui
