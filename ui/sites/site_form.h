// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/site.h"
#include "ui/editing/file_form.h"

namespace widthwise::ui {

class SiteDocument;

/// Everything of a site file, as a compact form over the document.
class SiteForm : public FileForm {
    Q_OBJECT
public:
    SiteForm(SiteDocument& document, QWidget* parent);

private:
    using Setting = SettingOf<Site>;
    using Section = SectionOf<Site>;

    static std::vector<Section> sections();
    static std::vector<Setting> placeSettings();
    static std::vector<Setting> schedulerSettings();
    static std::vector<Setting> jobSettings();
};

} // namespace widthwise::ui
