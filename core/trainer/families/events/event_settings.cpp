// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/event_settings.h"

#include "core/models/settings_table.h"

namespace widthwise::trainer {

const SettingsGroup& eventSettingsGroup()
{
    using S = EventSettings;
    static const SettingsGroup group{
        {{"events", at<&S::events>(0), "use only the first so many events of data; 0: all"},
         {"standardize", at<&S::standardize>(),
          "scale the inputs by their mean and deviation in each type of element; false: take them as they "
          "are"}},
        {}};
    return group;
}

} // namespace widthwise::trainer
