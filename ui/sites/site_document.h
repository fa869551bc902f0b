// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/site.h"
#include "ui/editing/yaml_document.h"

namespace widthwise::ui {

/// A site's file while it is being edited.
class SiteDocument : public YamlDocument {
    Q_OBJECT
public:
    explicit SiteDocument(QObject* parent = nullptr);

    /// What the text says. While the text is not YAML at all this is what it said before; see isReadable.
    const Site& site() const { return m_site; }
    void setName(const QString& name) { m_site.name = name.toStdString(); }

protected:
    Reading parse(const std::string& text) override;
    void forget() override;

private:
    Site m_site;
};

} // namespace widthwise::ui
