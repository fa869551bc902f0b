// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/site_link.h"

#include "core/store/database.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace widthwise {

namespace {

constexpr std::array<std::string_view, 4> linkStates{"connecting", "connected", "lost", "needs a person"};

} // namespace

std::string TrialsPlace::folderFor(const std::string& storeFile) const
{
    return folder.empty() ? trialsDirectory(storeFile) : folder;
}

std::string TrialsPlace::named(const std::string& path) const
{
    return isRemote() ? host + ':' + path : path;
}

std::string_view toText(SiteLink::State state)
{
    return linkStates.at(static_cast<std::size_t>(state));
}

SiteLink::State linkStateFromText(std::string_view text)
{
    const auto found = std::ranges::find(linkStates, text);
    if (found == linkStates.end())
        throw std::invalid_argument("unknown state of a link: \"" + std::string(text) + "\"");
    return static_cast<SiteLink::State>(found - linkStates.begin());
}

} // namespace widthwise
