/* What the camera asks a page. Each function is a value of the object, called by its name. */
({
    visible(element) {
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        return style.visibility !== "hidden" && style.display !== "none" && box.width > 0 && box.height > 0;
    },
    find(selector) {
        return [...document.querySelectorAll(selector)].find((element) => this.visible(element));
    },
    seen(selector) {
        return Boolean(this.find(selector));
    },
    calm() {
        const busy = document.querySelector(".o_loading_indicator, .o_blockUI, .o_view_sample_loading");
        const moving = document.getAnimations().filter((one) => one.playState === "running"
            && one.effect?.getComputedTiming().endTime !== Infinity);
        const pictures = [...document.images].filter((image) => !image.complete && image.loading !== "lazy");
        return document.readyState === "complete" && document.fonts.status === "loaded"
            && !busy && !moving.length && !pictures.length;
    },
    place(selector) {
        const element = this.find(selector);
        if (!element) {
            return null;
        }
        element.scrollIntoView({ block: "center", inline: "nearest" });
        const box = element.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    },
    /* From the top of the first to the bottom of the last one. */
    span(selector) {
        const boxes = [...document.querySelectorAll(selector)].filter((one) => this.visible(one))
            .map((element) => element.getBoundingClientRect());
        const top = Math.min(...boxes.map((box) => box.top));
        return { y: top + scrollY, height: Math.max(...boxes.map((box) => box.bottom)) - top };
    },
    /* Pixels that are hidden below in what scrolls. */
    hiddenBelow() {
        const dialog = document.querySelector(".modal .modal-content");
        const page = document.scrollingElement;
        // behind a dialog nobody looks
        const amounts = dialog ? [] : [page.scrollHeight - innerHeight];
        for (const element of (dialog || document.body).querySelectorAll("*")) {
            if (element.scrollHeight > element.clientHeight + 1 && element.clientHeight > 100
                    && ["auto", "scroll"].includes(getComputedStyle(element).overflowY) && this.visible(element)) {
                amounts.push(element.scrollHeight - element.clientHeight);
            }
        }
        return Math.max(0, ...amounts);
    },
    describe(element) {
        const names = [];
        for (let one = element; one && one !== document.body && names.length < 4; one = one.parentElement) {
            const label = one.getAttribute("name") || one.id || [...one.classList].slice(0, 2).join(".");
            names.unshift(`${one.tagName.toLowerCase()}${label ? `[${label}]` : ""}`);
        }
        return names.join(" > ");
    },
    /* What a person has to scroll sideways. Tabs and steps of Odoo's own scroll by design on a narrow screen. */
    tooWide(width, byDesign) {
        const found = [];
        const page = Math.max(document.scrollingElement.scrollWidth, document.body.scrollWidth);
        if (page > width + 1) {
            found.push(`the page is ${page} px wide`);
        }
        for (const element of document.querySelectorAll("body *")) {
            if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
                    && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
                    && this.visible(element) && !element.matches(byDesign) && element.tagName !== "TEXTAREA") {
                found.push(`${this.describe(element)} is ${element.scrollWidth} px in ${element.clientWidth}`);
            }
        }
        return found;
    },
    /* Every text that a person can read: on the page, in empty fields, in tool tips. */
    texts() {
        // messages and activities stay in the language of whoever caused them; the print is Spanish by law, DIAN's portals
        // are; and what people are called
        const SAID = ".o-mail-Message, .o-mail-Activity, .o_portal_chatter, [name=activity_ids], .modal [name=body], .ediprint"
            + ", .o_co_screen, [name=production_done_by_id]";
        const found = new Set();
        const add = (text) => {
            const plain = (text || "").replace(/\s+/g, " ").trim();
            if (/\p{L}{2}/u.test(plain)) {
                found.add(plain);
            }
        };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const holder = walker.currentNode.parentElement;
            if (!holder.closest(`script, style, noscript, ${SAID}`) && this.visible(holder)) {
                add(walker.currentNode.textContent);
                add(holder.textContent.length < 1000 ? holder.textContent : "");
            }
        }
        for (const element of document.querySelectorAll("body *")) {
            if (!element.closest(SAID) && this.visible(element)) {
                for (const name of ["title", "placeholder", "data-tooltip", "aria-label", "alt"]) {
                    add(element.getAttribute(name));
                }
                if (element.matches("input.o_select_menu_input, .o_select_menu input, select, input[type=submit]")) {
                    add(element.value);
                }
                const help = element.getAttribute("data-tooltip-info");
                if (help) {
                    add(JSON.parse(help).field?.help || JSON.parse(help).help);
                }
            }
        }
        return [...found];
    },
})
