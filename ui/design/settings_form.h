// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "ui/editing/file_form.h"

namespace widthwise::ui {

class ExperimentDocument;

/// Everything of an experiment but its space, as a compact form over the document.
class SettingsForm : public FileForm {
    Q_OBJECT
public:
    SettingsForm(ExperimentDocument& document, QWidget* parent);

private:
    using Setting = SettingOf<Experiment>;
    using Section = SectionOf<Experiment>;

    static std::vector<Section> sections();
    static std::vector<Setting> objectiveSettings();
    static std::vector<Setting> searchSettings();
    static std::vector<Setting> budgetSettings();
    static std::vector<Setting> resourceSettings();
};

} // namespace widthwise::ui
