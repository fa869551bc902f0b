// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/site_document.h"

#include <utility>

namespace widthwise::ui {

SiteDocument::SiteDocument(QObject* parent) : YamlDocument(parent)
{
    read();
}

SiteDocument::Reading SiteDocument::parse(const std::string& text)
{
    try {
        SiteReading reading = readSite(text, m_site.name);
        m_site = std::move(reading.site);
        return {std::move(reading.problems), true};
    } catch (const ExperimentFileError& error) {
        return {error.problems(), false};
    }
}

void SiteDocument::forget()
{
    Site empty;
    empty.name = m_site.name;
    m_site = std::move(empty);
}

} // namespace widthwise::ui
