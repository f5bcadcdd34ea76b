from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductsConfig(AppConfig):
    """The first action: rural e-commerce (乡村电商 · 山货上头条)."""

    name = "products"
    label = "products"
    verbose_name = _("Rural e-commerce")

    def ready(self) -> None:
        """Plug the product into the house."""
        from django.urls import reverse_lazy

        from portal import registry
        from portal.audit import acts
        from portal.statements import domain as statements
        from portal.statements import rebuilding
        from portal.submissions import kinds
        from products import board, menu, parts
        from products.brands import plug as brands
        from products.calls import menu as calls
        from products.kind import PRODUCT
        from products.sales import days

        kinds.register(PRODUCT)
        catalogue = registry.MenuItem(
            _("Specialty products"),
            reverse_lazy("products"),
            reverse_lazy("products"),
            hint=_("What the counties grow and make, checked twice, with price and season."),
            more=("/brands/", "/standards/"),
            group=registry.MenuGroup.ACTIONS,
        )
        registry.register_menu(lambda actor: [catalogue])
        registry.register_links(menu.product_links)
        statements.register_on_change(days.want_closed)
        rebuilding.register(days.SALES)
        acts.name(menu.ACTS)
        board.register()
        parts.register()
        brands.register()
        calls.register()
